// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/nvidia.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/drivers/nvidia_card.hpp"
#include "sim/drivers/nvidia_lock.hpp"
#include "sim/drivers/nvidia_manage.hpp"
#include "sim/drivers/nvidia_mdev.hpp"
#include "sim/drivers/nvidia_nvml.hpp"
#include "sim/drivers/nvidia_vf.hpp"
#include "sim/groups.hpp"
#include "sim/machine.hpp"
#include "sim/mdev.hpp"
#include "sim/tree.hpp"
#include "sim/vfs.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::sim {

namespace {

// Assumed: how long it takes until procfs and the vGPU side follow a bind was measured nowhere;
// tools in the field poll, or wait for seconds. Neither comes with an event.
constexpr Milliseconds kEntryDelay{50};
constexpr std::uint64_t kVgpuDelay = 200;
constexpr std::uint64_t kMostDelay = 3'600'000;
constexpr std::string_view kEntry = "entry";
constexpr std::string_view kVgpus = "vgpus";

bool flag(const Machine& machine, const PciAddress& pf, std::string_view name) {
  return machine.fact(pf, name).value_or(0) != 0;
}

/// A VF's vGPU side comes once both it and its PF are on the driver.
void await_vgpus(Machine& machine, const PciAddress& pf, const PciAddress& vf) {
  if (nvidia::drives(machine, pf) && nvidia::drives(machine, vf)) {
    const std::uint64_t delay = machine.fact(pf, "vgpu_late_ms").value_or(kVgpuDelay);
    machine.driver_later(
        Milliseconds(static_cast<std::int64_t>(std::min(delay, kMostDelay))), vf, kVgpus);
  }
}

class Nvidia final : public SimDriver {
 public:
  [[nodiscard]] std::string_view name() const override { return "nvidia"; }
  [[nodiscard]] bool makes_vfs() const override { return false; }
  [[nodiscard]] bool leaves_vfs() const override { return true; }

  /// OGKM nv-pci.c:nv_pci_probe: -1 is what it gives for whatever it does not want.
  int probe(const Machine& machine, const PciAddress& function) const override {
    const auto pf = machine.pf_of(function);
    if (!pf) {
      return 0;
    }
    const bool away = flag(machine, *pf, "vf_needs_home") && !nvidia::drives(machine, *pf);
    return away || group_of(machine, function).empty() ? EPERM : 0;
  }

  void bound(Machine& machine, const PciAddress& function) const override {
    if (const auto pf = machine.pf_of(function)) {
      await_vgpus(machine, *pf, function);
      return;
    }
    nvidia::show_framework(machine, function);
    nvidia::add_node(machine, function);
    nvidia::add_manager(machine, function);
    nvidia::show_nvml(machine, function);
    machine.driver_later(kEntryDelay, function, kEntry);
    for (const PciAddress& vf : machine.vfs_of(function)) {
      await_vgpus(machine, function, vf);
    }
  }

  void unbound(Machine& machine, const PciAddress& function) const override {
    machine.forget_later(function);
    if (const auto pf = machine.pf_of(function)) {
      const bool had_vgpu = nvidia::vgpu_on(machine, function).has_value();
      remove_mdev_parent(machine, function);
      nvidia::remove_vf_files(machine, function);
      if (had_vgpu) {
        nvidia::show_vf_files(machine, *pf);
      }
      return;
    }
    nvidia::remove_entry(machine, function);
    nvidia::remove_nvml(machine, function);
    for (const PciAddress& vf : machine.vfs_of(function)) {
      machine.forget_later(vf);
      remove_mdev_parent(machine, vf);
      nvidia::remove_vf_files(machine, vf);
    }
    nvidia::set_flag(machine, function, "nvidia_client", false);
    nvidia::set_flag(machine, function, "heterogeneous", false);
    nvidia::set_instances(machine, function, {});
    if (flag(machine, function, "rebind_drops_vfs")) {
      disable_vfs(machine, function);
    }
  }

  void due(Machine& machine, const PciAddress& function, std::string_view what) const override {
    const auto pf = machine.pf_of(function);
    if (what == kEntry) {
      nvidia::add_entry(machine, function);
    } else if (what == kVgpus && pf && !flag(machine, *pf, "vgpu_never")) {
      if (nvidia::uses_mdev(machine, *pf)) {
        add_mdev_parent(machine, function);
      } else {
        nvidia::add_vf_files(machine, function);
      }
    }
  }

  /// OGKM nv-pci.c: remove waits while the usage count is not 0; the lock keeps that from
  /// happening.
  [[nodiscard]] bool waits(const Machine& machine, const PciAddress& function) const override {
    return !machine.pf_of(function) && machine.fact(function, "hangs_unlocked").value_or(1) != 0 &&
           !nvidia::is_locked(machine, function) && nvidia::in_use(machine, function);
  }

  [[nodiscard]] std::optional<HostUse> host_use(const Machine& machine,
                                                const PciAddress& function) const override {
    constexpr std::uint64_t kMostPid = 4194304;  // include/linux/threads.h: PID_MAX_LIMIT
    const auto pid = std::min(machine.fact(function, "nvidia_client").value_or(0), kMostPid);
    const std::string node = nvidia::node_of(machine, function);
    return pid == 0 || node.empty()
               ? std::nullopt
               : std::optional(HostUse{.node = node, .pid = static_cast<int>(pid)});
  }

  int set_host_use(Machine& machine, const PciAddress& function, int pid) const override {
    if (nvidia::node_of(machine, function).empty()) {
      return ENODEV;
    }
    if (pid != 0 && (nvidia::is_locked(machine, function) || host_use(machine, function))) {
      return EBUSY;  // OGKM nv.c:nvidia_open on a locked GPU; of clients there is one here
    }
    if (pid == 0) {
      machine.tree().erase(Space::hidden, fact_path(function, "nvidia_client"));
    } else {
      machine.set_fact(function, "nvidia_client", std::to_string(pid));
    }
    return 0;
  }

  [[nodiscard]] bool serves_vfio(const Machine& machine,
                                 const PciAddress& function) const override {
    const auto pf = machine.pf_of(function);
    return pf && !nvidia::uses_mdev(machine, *pf) && nvidia::vgpu_on(machine, function);
  }

  [[nodiscard]] std::vector<MdevType> mdev_types(const Machine& machine,
                                                 const PciAddress& parent) const override {
    return nvidia::types_for_mdev(machine, parent);
  }
  int make_mdev(Machine& machine,
                const PciAddress& parent,
                std::string_view type,
                std::string_view uuid) const override {
    return nvidia::make_vgpu_mdev(machine, parent, type, uuid);
  }
  void drop_mdev(Machine& machine,
                 const PciAddress& parent,
                 std::string_view /*uuid*/) const override {
    nvidia::drop_vgpu(machine, parent);
  }
  void mdevs_changed(Machine& machine, const PciAddress& parent) const override {
    if (const auto pf = machine.pf_of(parent)) {
      nvidia::show_vf_files(machine, *pf);
    }
  }

  std::optional<int> write(Machine& machine, const WriteCall& call) const override {
    if (call.in == In::program && call.path == nvidia::kManager) {
      return nvidia::run_manager(machine, call);
    }
    if (call.in == In::proc) {
      const auto pf = nvidia::pf_of_lock(call.path);
      return pf && nvidia::drives(machine, *pf)
                 ? std::optional(nvidia::write_lock(machine, *pf, call.bytes))
                 : std::nullopt;
    }
    if (call.in == In::nvml) {
      const auto pf = nvidia::pf_of_nvml(call.path);
      return pf && nvidia::drives(machine, *pf)
                 ? std::optional(nvidia::write_nvml(machine, *pf, call))
                 : std::nullopt;
    }
    const auto vf = call.in == In::sys ? machine.owner_of(call.path) : std::nullopt;
    if (vf && nvidia::drives(machine, *vf) &&
        parent_of(call.path) == machine.path_in(*vf, "nvidia")) {
      return nvidia::write_vf_file(machine, *vf, leaf_of(call.path), call);
    }
    return vf && nvidia::drives(machine, *vf) ? nvidia::write_mdev_params(machine, *vf, call)
                                              : std::nullopt;
  }

  // The vGPU half is a module of its own that comes with this one (nvidia-vgpu-vfio.ko).
  void loaded(Machine& machine) const override {
    machine.tree().put(Space::sys, "module/nvidia_vgpu_vfio/initstate", "live\n");
  }
  void unloaded(Machine& machine) const override {
    machine.tree().erase(Space::sys, "module/nvidia_vgpu_vfio");
    machine.tree().erase(Space::sys, "module/mdev/holders/nvidia_vgpu_vfio");
  }
};

}  // namespace

const SimDriver& nvidia_driver() {
  static const Nvidia driver;
  return driver;
}

}  // namespace vfmgr::sim
