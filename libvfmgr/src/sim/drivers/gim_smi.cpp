// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/gim_smi.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/drivers/gim_card.hpp"
#include "sim/drivers/gim_debug.hpp"
#include "sim/drivers/gim_fb.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"
#include "sim/vfs.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vfmgr::sim::gim {

namespace {

constexpr std::string_view kCount = "num_vf";

/// amdgv_int_set_vf_number, amdgv_vfmgr_set_vf_num and amdgv_set_all_vf. VFs in use are asked for
/// first; 0 is no count. The same count leaves the VFs and deals memory and time out anew.
/// Partition modes stay as they are, and so does the file.
int set_count(Machine& machine, const PciAddress& pf, std::uint64_t wanted, bool half) {
  if (any_vf_in_use(machine, {pf})) {
    return EBUSY;
  }
  if (wanted == 0 || wanted > machine.fact(pf, "total_vfs").value_or(0)) {
    return EINVAL;
  }
  if (wanted != machine.enabled_vfs(pf)) {
    disable_vfs(machine, pf);
    const auto count = static_cast<std::uint32_t>(half ? (wanted + 1) / 2 : wanted);
    if (enable_vfs(machine, pf, count) != 0) {
      return EINVAL;  // smi_drv_cmd.c: whatever else fails
    }
  }
  share_out(machine, pf);
  default_slices(machine, pf);
  return 0;
}

}  // namespace

void show_smi(Machine& machine) {
  for (const PciAddress& pf : adapters(machine)) {
    if (machine.fact(pf, "amdsmi").value_or(0) == 0) {
      continue;
    }
    machine.tree().put(Space::amdsmi,
                       fmt::format("{}/{}", vfmgr::to_string(pf), kCount),
                       fmt::format("{}\n", machine.enabled_vfs(pf)),
                       Mode::read_write);
    machine.tree().put(Space::amdsmi,
                       fmt::format("{}/num_vf_supported", vfmgr::to_string(pf)),
                       fmt::format("{}\n", machine.fact(pf, "total_vfs").value_or(0)),
                       Mode::read_only);
  }
}

void remove_smi(Machine& machine, const PciAddress& pf) {
  machine.tree().erase(Space::amdsmi, vfmgr::to_string(pf));
}

std::optional<int> write_smi(Machine& machine, const WriteCall& call) {
  const auto pf = call.in == In::amdsmi ? stored_address(parent_of(call.path)) : std::nullopt;
  if (!pf || !is_up(machine, *pf) || leaf_of(call.path) != kCount) {
    return std::nullopt;
  }
  const KernelNumber number = kernel_number(call.bytes, UINT32_MAX);
  return number.error != 0 ? EINVAL : set_count(machine, *pf, number.value, call.half);
}

}  // namespace vfmgr::sim::gim
