// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/i915_sriov.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/drivers/i915_card.hpp"
#include "sim/drivers/i915_limit.hpp"
#include "sim/drivers/i915_provision.hpp"
#include "sim/drivers/i915_share.hpp"
#include "sim/drivers/i915_store.hpp"
#include "sim/drivers/i915_tree.hpp"
#include "sim/machine.hpp"
#include "sim/resources.hpp"
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

constexpr std::uint32_t kMemoryBar = 2;  // GEN12_LMEM_BAR, of VFs GEN12_VF_LMEM_BAR

/// i915_sriov.c:i915_sriov_pf_disable_vfs
int disable(Machine& machine, const PciAddress& pf) {
  const auto vfs = machine.vfs_of(pf);
  const bool assigned = std::ranges::any_of(vfs, [&machine](const PciAddress& vf) {
    return machine.fact(vf, "assigned").value_or(0) != 0;
  });
  if (assigned) {
    return EPERM;
  }
  i915::show_devices(machine, pf, 0);
  disable_vfs(machine, pf);
  if (const auto card = i915::card_of(machine, pf)) {
    i915::release(machine, *card);
  }
  return 0;
}

/// i915_sriov.c:i915_sriov_pf_enable_vfs. What failed takes back what the driver had given.
int enable(Machine& machine, const PciAddress& pf, std::uint32_t vfs) {
  const auto card = i915::card_of(machine, pf);
  if (!card) {
    return ENODEV;  // native; assumed, since sriov_totalvfs, then 0, refuses before
  }
  int error = i915::provision(machine, *card, vfs);
  if (error == 0) {
    // "Backports" resizes it by itself; what it does where that fails no source tells.
    if (card->lmem != 0) {
      resize_vf_bar(machine, pf, kMemoryBar, vfs);
    }
    error = enable_vfs(machine, pf, vfs);
  }
  if (error != 0) {
    forget_vf_bar_sizes(machine, pf);
    i915::release(machine, *card);
    return error;
  }
  i915::show_devices(machine, pf, vfs);
  return 0;
}

class I915Sriov final : public SimDriver {
 public:
  [[nodiscard]] std::string_view name() const override { return "i915-sriov"; }

  std::optional<int> write(Machine& machine, const WriteCall& call) const override {
    const auto pf = call.in == In::sys ? machine.owner_of(call.path) : std::nullopt;
    const auto card =
        pf && machine.rules_of(*pf) == this ? i915::card_of(machine, *pf) : std::nullopt;
    if (!card || !call.path.starts_with(card->home + "/")) {
      return std::nullopt;
    }
    const i915::File file =
        i915::file_at(*card, std::string_view(call.path).substr(card->home.size() + 1));
    return file.known ? std::optional(i915::store(machine, *card, file, call.bytes)) : std::nullopt;
  }

  std::optional<int> set_vfs(Machine& machine,
                             const PciAddress& pf,
                             std::uint32_t vfs) const override {
    return vfs == 0 ? disable(machine, pf) : enable(machine, pf, vfs);
  }

  void bound(Machine& machine, const PciAddress& function) const override {
    i915::make_tree(machine, function);
    i915::show_devices(machine, function, machine.enabled_vfs(function));
  }
  void unbound(Machine& machine, const PciAddress& function) const override {
    i915::remove_tree(machine, function);
    i915::forget_ranges(machine, function);
    machine.tree().erase(Space::hidden, fact_path(function, "i915_auto"));
  }
  [[nodiscard]] std::optional<std::uint32_t> vf_limit(const Machine& machine,
                                                      const PciAddress& pf) const override {
    return i915::vf_limit(machine, pf);
  }
  void loaded(Machine& machine) const override { i915::show_parameters(machine); }
};

}  // namespace

const SimDriver& i915_sriov_driver() {
  static const I915Sriov driver;
  return driver;
}

}  // namespace vfmgr::sim
