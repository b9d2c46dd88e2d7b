// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/nvidia_mdev.hpp"

#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/drivers/nvidia_card.hpp"
#include "sim/drivers/nvidia_vf.hpp"
#include "sim/drivers/nvidia_vgpu.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/mdev.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::sim::nvidia {

namespace {

std::string params_of_mdev(const Machine& machine, const PciAddress& vf, std::string_view uuid) {
  return mdev_directory(machine, vf, uuid) + "/nvidia/vgpu_params";
}

/// As the listing of an A2 has it. Heads, frames and resolution are by series (vGPU user guide 17,
/// appendix A.1); that of Q is the one listed for A2-4Q.
std::string description_of(const Type& type) {
  const char series = type.name.empty() ? '\0' : type.name.back();
  const bool heads = series == 'Q' || series == 'B';
  const std::string_view resolution = series == 'A'   ? "1280x1024"
                                      : series == 'C' ? "4096x2160"
                                      : series == 'B' ? "5120x2880"
                                                      : "7680x4320";
  return fmt::format(
      "num_heads={}, frl_config={}, framebuffer={}M, max_resolution={}, max_instance={}",
      heads ? 4 : 1,
      series == 'B' ? 45 : 60,
      std::uint64_t{type.gib} * 1024,
      resolution,
      type.most);
}

}  // namespace

bool uses_mdev(const Machine& machine, const PciAddress& pf) {
  return machine.fact(pf, "vgpu_framework").value_or(0) == 1;
}

void show_framework(Machine& machine, const PciAddress& pf) {
  if (uses_mdev(machine, pf)) {
    machine.tree().put_link(
        Space::sys, "module/mdev/holders/nvidia_vgpu_vfio", "../../nvidia_vgpu_vfio");
    // The kernel makes it with the first parent and keeps it (mdev_core.c:mdev_register_parent);
    // here it comes with the driver, so that hosts do not differ by their past.
    machine.tree().put_directory(Space::sys, "class/mdev_bus");
  }
}

std::vector<MdevType> types_for_mdev(const Machine& machine, const PciAddress& vf) {
  const auto pf = machine.pf_of(vf);
  if (!pf) {
    return {};
  }
  const Card card = card_of(machine, *pf);
  const auto free = creatable(card);
  const bool taken = vgpu_on(machine, vf).has_value();
  std::vector<MdevType> types;
  for (const Type& type : card.types) {
    const bool left = !taken && std::ranges::find(free, &type) != free.end();
    types.push_back({.id = std::to_string(type.id),
                     .name = type.name,
                     .description = description_of(type),
                     .available = left ? 1U : 0U});
  }
  return types;
}

int make_vgpu_mdev(Machine& machine,
                   const PciAddress& vf,
                   std::string_view type,
                   std::string_view uuid) {
  const auto pf = machine.pf_of(vf);
  const auto id = stored_number(type);
  if (!pf || !id) {
    return ENODEV;
  }
  // The errno of a refusal is the resource manager's one as it is seen elsewhere: inferred.
  const int error = make_vgpu(machine, *pf, vf, static_cast<std::uint32_t>(*id));
  if (error == 0) {
    machine.tree().put(Space::sys, params_of_mdev(machine, vf, uuid), "", Mode::read_write);
  }
  return error;
}

std::optional<int> write_mdev_params(Machine& machine,
                                     const PciAddress& vf,
                                     const WriteCall& call) {
  for (const std::string& uuid : mdevs_of(machine, vf)) {
    if (call.path != params_of_mdev(machine, vf, uuid)) {
      continue;
    }
    const int error = set_params(machine, vf, call.bytes);
    const std::string params = machine.fact_text(vf, "vgpu_params");
    machine.tree().put(Space::sys, call.path, params.empty() ? params : params + "\n");
    return error;
  }
  return std::nullopt;
}

}  // namespace vfmgr::sim::nvidia
