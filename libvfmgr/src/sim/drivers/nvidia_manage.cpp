// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/nvidia_manage.hpp"

#include "vfmgr/units.hpp"

#include "sim/binding.hpp"
#include "sim/driver.hpp"
#include "sim/drivers/nvidia_card.hpp"
#include "sim/drivers/nvidia_lock.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/modules.hpp"
#include "sim/tree.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::sim::nvidia {

namespace {

constexpr std::string_view kStub = "pci-pf-stub";
constexpr int kFailed = EIO;

/// What a run is to do with one GPU.
struct Errand {
  bool enable = false;
  bool dies = false;  ///< with the GPU on the stub
};

/// Where it gets to with the GPU on the stub: changes the count there.
int change_count(Machine& machine, const PciAddress& pf, const Errand& errand) {
  const SimDriver* stub = machine.rules_of(pf);
  const std::uint64_t total = machine.fact(pf, "total_vfs").value_or(0);
  // vGPU 17.2 ends well and has made none (gpu-driver-container issue 29).
  const bool lies = machine.fact(pf, "tool_lies").value_or(0) != 0;
  if (stub == nullptr || (errand.enable && lies)) {
    return 0;
  }
  const auto vfs =
      errand.enable ? static_cast<std::uint32_t>(std::min<std::uint64_t>(total, 0xFFFF)) : 0U;
  return stub->set_vfs(machine, pf, vfs).value_or(ENOENT);
}

int run_for(Machine& machine, const PciAddress& pf, const Errand& errand) {
  if (errand.enable == (machine.enabled_vfs(pf) != 0)) {
    return 0;  // -e on an enabled GPU does no harm (cubecos)
  }
  if (!drives(machine, pf) || write_lock(machine, pf, "1") != 0 || !is_locked(machine, pf)) {
    return kFailed;  // "Cannot obtain unbindLock"
  }
  if (write_module(machine, kStub, "load", false) != 0) {
    return kFailed;
  }
  const std::string home = machine.driver_of(pf);
  unbind_function(machine, pf);
  if (bind_function(machine, kStub, pf) != 0 || errand.dies) {
    return kFailed;
  }
  const int counted = change_count(machine, pf, errand);
  unbind_function(machine, pf);
  const int back = bind_function(machine, home, pf);
  for (const PciAddress& vf : machine.vfs_of(pf)) {
    if (machine.driver_of(vf).empty()) {
      (void)probe_function(machine, vf);  // branches whose VFs wait for their PF
    }
  }
  return counted != 0 || back != 0 ? kFailed : 0;
}

}  // namespace

void add_manager(Machine& machine, const PciAddress& pf) {
  if (machine.fact(pf, "sriov_manage").value_or(0) != 0) {
    machine.tree().put(Space::program, kManager, "", Mode::read_write);
  }
}

int run_manager(Machine& machine, const WriteCall& call) {
  const std::string_view order = kernel_word(call.bytes);
  const bool enable = order.starts_with("-e ");
  if (!enable && !order.starts_with("-d ")) {
    return kFailed;
  }
  const std::string_view whom = order.substr(3);
  std::vector<PciAddress> pfs;
  if (const auto one = stored_address(whom); one && machine.exists(*one)) {
    pfs.push_back(*one);
  } else if (whom == "ALL") {
    pfs = machine.functions();
    std::erase_if(pfs, [&machine](const PciAddress& function) {
      return !drives(machine, function) || !machine.fact(function, "total_vfs");
    });
  } else {
    return kFailed;
  }
  int error = 0;
  for (const PciAddress& pf : pfs) {
    const bool dies = call.half || machine.fact(pf, "tool_dies").value_or(0) != 0;
    if (const int one = run_for(machine, pf, {.enable = enable, .dies = dies}); one != 0) {
      error = one;
    }
  }
  return error;
}

}  // namespace vfmgr::sim::nvidia
