// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/gim.hpp"

#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/drivers/gim_card.hpp"
#include "sim/drivers/gim_debug.hpp"
#include "sim/drivers/gim_files.hpp"
#include "sim/drivers/gim_life.hpp"
#include "sim/drivers/gim_parameters.hpp"
#include "sim/drivers/gim_smi.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"
#include "sim/vfs.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr::sim {

namespace {

// Assumed: how long after its bind a GPU has come up when the module was there already.
constexpr Milliseconds kInitDelay{500};
constexpr std::string_view kInit = "init";

constexpr std::string_view kClient = "smi_client";
constexpr std::string_view kNode = "gim-smi0";

class Gim final : public SimDriver {
 public:
  [[nodiscard]] std::string_view name() const override { return "gim"; }
  [[nodiscard]] bool makes_vfs() const override { return false; }

  /// Only ever asked to take them away, when the driver lets a GPU go.
  std::optional<int> set_vfs(Machine& machine,
                             const PciAddress& pf,
                             std::uint32_t /*vfs*/) const override {
    disable_vfs(machine, pf);
    return 0;
  }

  std::optional<int> write(Machine& machine, const WriteCall& call) const override {
    for (const auto write : {gim::write_file, gim::write_debug_file, gim::write_smi}) {
      if (const auto error = write(machine, call)) {
        gim::show_all(machine);
        return error;
      }
    }
    return std::nullopt;
  }

  // While the module is being loaded, all GPUs come up together, once each has been bound.
  void bound(Machine& machine, const PciAddress& function) const override {
    if (gim::has_driver_files(machine) && gim::drives(machine, function)) {
      machine.driver_later(kInitDelay, function, kInit);
    }
  }
  void due(Machine& machine, const PciAddress& function, std::string_view what) const override {
    if (what == kInit && gim::drives(machine, function)) {
      gim::bring_up_one(machine, function);
    }
  }
  void unbound(Machine& machine, const PciAddress& function) const override {
    machine.forget_later(function);
    if (gim::drives(machine, function)) {
      gim::take_down(machine, function);
    }
  }

  void vf_use_changed(Machine& machine, const PciAddress& /*pf*/) const override {
    gim::show_debug_files(machine);
  }
  void was_read(Machine& machine,
                const PciAddress& function,
                std::string_view leaf) const override {
    gim::file_was_read(machine, function, leaf);
  }

  /// One node for all GPUs; who has it open keeps the module (file_operations.owner).
  [[nodiscard]] std::optional<HostUse> host_use(const Machine& machine,
                                                const PciAddress& function) const override {
    constexpr std::uint64_t kMostPid = 4194304;  // include/linux/threads.h: PID_MAX_LIMIT
    const auto pid = std::min(machine.fact(function, kClient).value_or(0), kMostPid);
    return pid == 0
               ? std::nullopt
               : std::optional(HostUse{.node = std::string(kNode), .pid = static_cast<int>(pid)});
  }
  int set_host_use(Machine& machine, const PciAddress& function, int pid) const override {
    if (machine.tree().find(Space::dev, kNode) == nullptr || !gim::drives(machine, function)) {
      return ENODEV;
    }
    if (pid != 0 && host_use(machine, function)) {
      return EBUSY;  // of clients there is one for each GPU here
    }
    if (pid == 0) {
      gim::drop_fact(machine, function, kClient);
    } else {
      gim::set_number(machine, function, kClient, static_cast<std::uint64_t>(pid));
    }
    return 0;
  }

  [[nodiscard]] int load_error(const Machine& machine, std::string_view arguments) const override {
    return gim::load_error(machine, arguments);
  }
  /// gim_exit: as long as a VF's PCI function is enabled it looks again every five seconds.
  [[nodiscard]] std::optional<PciAddress> exit_waits_for(const Machine& machine) const override {
    for (const PciAddress& pf : gim::adapters(machine)) {
      for (const PciAddress& vf : machine.vfs_of(pf)) {
        if (gim::vf_in_use(machine, vf)) {
          return vf;
        }
      }
    }
    return std::nullopt;
  }

  void loaded(Machine& machine) const override { gim::bring_up_all(machine); }
  void unloaded(Machine& machine) const override { gim::take_down_driver(machine); }
};

}  // namespace

const SimDriver& gim_driver() {
  static const Gim driver;
  return driver;
}

}  // namespace vfmgr::sim
