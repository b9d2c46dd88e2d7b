// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/xe.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/drivers/xe_admin.hpp"
#include "sim/drivers/xe_card.hpp"
#include "sim/drivers/xe_control.hpp"
#include "sim/drivers/xe_debug.hpp"
#include "sim/drivers/xe_paths.hpp"
#include "sim/drivers/xe_provision.hpp"
#include "sim/drivers/xe_state.hpp"
#include "sim/drivers/xe_views.hpp"
#include "sim/drivers/xe_write.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/resources.hpp"
#include "sim/vfs.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vfmgr::sim {

namespace {

constexpr std::uint32_t kXeMemoryBar = 2;  // regs/xe_bars.h: LMEM_BAR, of VFs VF_LMEM_BAR

/// The PF whose file of debugfs this is: the second component of "dri/0000:03:00.0/…".
std::optional<PciAddress> debug_owner(std::string_view path) {
  constexpr std::string_view kDri = "dri/";
  if (!path.starts_with(kDri)) {
    return std::nullopt;
  }
  path.remove_prefix(kDri.size());
  return stored_address(path.substr(0, path.find('/')));
}

/// What a path is below a directory.
std::string_view rest_below(std::string_view path, std::string_view directory) {
  return path.substr(std::min(directory.size() + 1, path.size()));
}

class Xe final : public SimDriver {
 public:
  [[nodiscard]] std::string_view name() const override { return "xe"; }

  std::optional<int> write(Machine& machine, const WriteCall& call) const override {
    std::optional<PciAddress> pf;
    if (call.in == In::sys) {
      pf = machine.owner_of(call.path);
    } else if (call.in == In::debug) {
      pf = debug_owner(call.path);
    }
    if (!pf || machine.rules_of(*pf) != this) {
      return std::nullopt;
    }
    const xe::Card card = xe::card_of(machine, *pf);
    const auto error =
        call.in == In::sys ? write_sys(machine, card, call) : write_debugfs(machine, card, call);
    if (error) {
      xe::show_all(machine, card);  // a refused one may have taken what was there
    }
    return error;
  }

  /// xe 7.0: xe_pci_sriov.c, pf_enable_vfs and pf_disable_vfs.
  std::optional<int> set_vfs(Machine& machine,
                             const PciAddress& pf,
                             std::uint32_t vfs) const override {
    const xe::Card card = xe::card_of(machine, pf);
    const int error = vfs == 0 ? disable(machine, card) : enable(machine, card, vfs);
    xe::show_all(machine, card);
    return error;
  }

  void bound(Machine& machine, const PciAddress& function) const override {
    if (machine.fact(function, "total_vfs")) {
      const xe::Card card = xe::card_of(machine, function);
      xe::make_debug(machine, card);
      xe::make_admin(machine, card);
      xe::show_devices(machine, card, machine.enabled_vfs(function));
      xe::show_all(machine, card);
    }
  }
  void unbound(Machine& machine, const PciAddress& function) const override {
    const xe::Card card = xe::card_of(machine, function);
    xe::remove_admin(machine, card);
    xe::remove_debug(machine, card);
    xe::reset_all_vfs(machine, card);
    xe::set_custom(machine, card, false);
  }

 private:
  static std::optional<int> write_sys(Machine& machine,
                                      const xe::Card& card,
                                      const WriteCall& call) {
    const xe::AdminFile file = xe::admin_file_at(rest_below(call.path, machine.directory(card.pf)));
    return file.known ? std::optional(xe::write_admin(machine, card, file, call)) : std::nullopt;
  }

  static std::optional<int> write_debugfs(Machine& machine,
                                          const xe::Card& card,
                                          const WriteCall& call) {
    if (card.debugfs == xe::Debugfs::absent) {
      return std::nullopt;  // files that stand there all the same are nobody's
    }
    const auto file = xe::debug_file_at(card, rest_below(call.path, xe::debug_root(card.pf)));
    return file ? std::optional(xe::write_debug(machine, card, *file, call)) : std::nullopt;
  }

  static int disable(Machine& machine, const xe::Card& card) {
    const std::uint32_t enabled = machine.enabled_vfs(card.pf);
    xe::show_devices(machine, card, 0);
    disable_vfs(machine, card.pf);
    xe::reset_all_vfs(machine, card);
    xe::unprovision(machine, card, enabled);
    xe::reset_pf(machine, card);
    return 0;
  }

  static int enable(Machine& machine, const xe::Card& card, std::uint32_t vfs) {
    if (card.has_modes() && card.lockdown_held) {
      return EBUSY;
    }
    if (const int error = xe::provision(machine, card, vfs); error != 0) {
      return error;
    }
    if (card.vram != 0) {
      resize_vf_bar(machine, card.pf, kXeMemoryBar, vfs);
    }
    if (const int error = enable_vfs(machine, card.pf, vfs); error != 0) {
      forget_vf_bar_sizes(machine, card.pf);
      xe::unprovision(machine, card, vfs);
      return error;
    }
    xe::show_devices(machine, card, vfs);
    return 0;
  }
};

}  // namespace

const SimDriver& xe_driver() {
  static const Xe driver;
  return driver;
}

}  // namespace vfmgr::sim
