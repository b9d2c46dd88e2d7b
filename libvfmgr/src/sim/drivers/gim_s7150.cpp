// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/gim_s7150.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/drivers/gim_s7150_calls.hpp"
#include "sim/drivers/gim_s7150_card.hpp"
#include "sim/drivers/gim_s7150_conf.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/pending.hpp"
#include "sim/tree.hpp"
#include "sim/vfs.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr::sim {

namespace {

constexpr std::string_view kRules = "gim-s7150";
constexpr std::string_view kInfo = "bus/pci/drivers/gim/gpuinfo";
constexpr std::string_view kPort = "bus/pci/drivers/gim/sriov";
constexpr std::string_view kLockedUntil = "volatile/gim_s7150/locked_until";
// gim_monitor_ioctl.c: AMDGIM_LOCK_TIMEOUT_S is 3, and more than that must have passed in whole
// seconds.
constexpr Milliseconds kLockTime{4000};

constexpr std::array<std::string_view, 4> kPfFiles{"getvf", "relvf", "gpuvf", "hotlink_reset"};
constexpr std::array<std::string_view, 2> kVfFiles{"clrvffb", "flr"};

/// amdgim_mutex_get_lock: there is one for all files. Who finds it taken waits until its time is
/// over, or somebody reads the answer.
void take_lock(Machine& machine) {
  const std::string* until = machine.tree().text(Space::hidden, kLockedUntil);
  const auto time = until == nullptr ? std::nullopt : stored_number(*until);
  const auto now = static_cast<std::uint64_t>(machine.now().count());
  if (time && *time > now) {
    machine.advance(Milliseconds(static_cast<std::int64_t>(*time - now)));
  }
}
void keep_lock(Machine& machine) {
  machine.tree().put(
      Space::hidden, kLockedUntil, std::to_string((machine.now() + kLockTime).count()));
}
void drop_lock(Machine& machine) {
  machine.tree().erase(Space::hidden, "volatile/gim_s7150");
}

void show_views(Machine& machine) {
  for (const PciAddress& pf : s7150::cards_of(machine)) {
    if (s7150::is_up(machine, pf)) {
      machine.tree().put(
          Space::sys, machine.path_in(pf, "gpuvf"), s7150::vfs_text(machine, pf), Mode::read_only);
    }
  }
  if (machine.tree().find(Space::sys, kPort) != nullptr) {
    machine.tree().put(Space::sys, kInfo, s7150::gpus_text(machine), Mode::read_only);
  }
}

/// set_new_adapter: 0 and more than there can be are all. Then amdgim_create_devices.
void bring_up(Machine& machine, const PciAddress& pf, const s7150::Conf& conf) {
  const std::uint64_t total = machine.fact(pf, "total_vfs").value_or(0);
  const auto asked = static_cast<std::uint64_t>(conf.find("vf_num")->second);
  const std::uint64_t vfs = asked == 0 || asked > total ? total : asked;
  if (enable_vfs(machine, pf, static_cast<std::uint32_t>(vfs)) != 0) {
    return;
  }
  s7150::share_memory(machine, pf, conf);
  for (const std::string_view leaf : kPfFiles) {
    const Mode mode = leaf == "gpuvf" ? Mode::read_only : Mode::read_write;
    machine.tree().put(Space::sys, machine.path_in(pf, leaf), "", mode);
    machine.acts_when_read(machine.path_in(pf, leaf), kRules);
  }
  for (const PciAddress& vf : machine.vfs_of(pf)) {
    for (const std::string_view leaf : kVfFiles) {
      machine.tree().put(Space::sys, machine.path_in(vf, leaf), "", Mode::read_write);
    }
    machine.acts_when_read(machine.path_in(vf, "flr"), kRules);
  }
}

void take_down(Machine& machine, const PciAddress& pf) {
  for (const std::string_view leaf : kPfFiles) {
    machine.tree().erase(Space::sys, machine.path_in(pf, leaf));
    machine.only_shows_when_read(machine.path_in(pf, leaf));
  }
  for (const PciAddress& vf : machine.vfs_of(pf)) {
    machine.only_shows_when_read(machine.path_in(vf, "flr"));
    machine.forget_answers(machine.directory(vf));
  }
  machine.forget_answers(machine.directory(pf));
  s7150::forget_card(machine, pf);
  disable_vfs(machine, pf);
}

/// The files of a function of the driver's; nothing: it has none of that name.
std::optional<std::string> answer(Machine& machine,
                                  const PciAddress& function,
                                  std::string_view leaf,
                                  std::string_view bytes) {
  const auto pf = machine.pf_of(function);
  if (pf) {
    const auto vf = static_cast<std::uint32_t>(machine.fact(function, "index").value_or(0));
    if (leaf == "clrvffb") {
      return s7150::clear_vf(machine, *pf, vf, bytes);
    }
    return leaf == "flr" ? std::optional<std::string>("OK\n") : std::nullopt;
  }
  if (leaf == "getvf") {
    return s7150::get_vf(machine, function, bytes);
  }
  if (leaf == "relvf") {
    return s7150::release_vf(machine, function, bytes);
  }
  return leaf == "hotlink_reset" ? std::optional<std::string>("OK\n") : std::nullopt;
}

class GimS7150 final : public SimDriver {
 public:
  [[nodiscard]] std::string_view name() const override { return kRules; }
  [[nodiscard]] bool makes_vfs() const override { return false; }

  [[nodiscard]] int load_error(const Machine& machine, std::string_view arguments) const override {
    return s7150::load_error(machine, arguments);
  }

  void loaded(Machine& machine) const override {
    const s7150::Conf conf = s7150::load_conf(machine);
    s7150::show_parameters(machine);
    for (const PciAddress& pf : s7150::cards_of(machine)) {
      if (machine.enabled_vfs(pf) == 0) {
        bring_up(machine, pf, conf);
      }
    }
    machine.tree().put(Space::sys, kPort, "", Mode::read_write);
    show_views(machine);
  }

  void unloaded(Machine& machine) const override {
    for (const PciAddress& pf : s7150::cards_of(machine)) {
      if (s7150::is_up(machine, pf)) {
        take_down(machine, pf);
      }
    }
    drop_lock(machine);
  }

  /// gim_exit disables SR-IOV, which waits for who has a VF open. That files and the VFs before
  /// that one have gone by then is not simulated.
  [[nodiscard]] std::optional<PciAddress> exit_waits_for(const Machine& machine) const override {
    for (const PciAddress& pf : s7150::cards_of(machine)) {
      for (const PciAddress& vf : machine.vfs_of(pf)) {
        if (s7150::is_up(machine, pf) && user_of(machine, vf)) {
          return vf;
        }
      }
    }
    return std::nullopt;
  }

  /// A store takes the lock and, but for clrvffb, leaves it to who reads the answer.
  std::optional<int> write(Machine& machine, const WriteCall& call) const override {
    const auto function = call.in == In::sys ? machine.owner_of(call.path) : std::nullopt;
    const auto pf = function ? machine.pf_of(*function).value_or(*function) : PciAddress{};
    if (!function || !s7150::is_up(machine, pf) ||
        parent_of(call.path) != machine.directory(*function)) {
      return std::nullopt;
    }
    constexpr std::size_t kMostBytes = 64;  // AMDGIM_STRLEN_NORMAL
    const std::string_view leaf = leaf_of(call.path);
    take_lock(machine);
    auto said = answer(machine, *function, leaf, call.bytes.substr(0, kMostBytes));
    if (!said) {
      return std::nullopt;
    }
    // amdgim_put_info puts a newline behind an answer that has one.
    machine.answer(call.path, std::move(*said) + "\n");
    if (leaf == "clrvffb") {
      drop_lock(machine);
    } else {
      keep_lock(machine);
    }
    show_views(machine);
    return 0;
  }

  void was_read(Machine& machine,
                const PciAddress& /*function*/,
                std::string_view leaf) const override {
    if (leaf == "gpuvf") {
      take_lock(machine);
    }
    drop_lock(machine);
  }
  void vf_use_changed(Machine& machine, const PciAddress& /*pf*/) const override {
    show_views(machine);
  }
};

}  // namespace

const SimDriver& gim_s7150_driver() {
  static const GimS7150 driver;
  return driver;
}

}  // namespace vfmgr::sim
