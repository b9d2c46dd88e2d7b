// SPDX-License-Identifier: Apache-2.0
// Both forms: drivers/gpu/drm/i915/i915_sriov_sysfs.c and gt/iov/intel_iov_sysfs.c. Left out are
// vfN/gt*/state (4096 bytes of a VF's state, which no VF here has) and vfN/telemetry/, which is
// there while telemetry is on.
#include "sim/drivers/i915_tree.hpp"

#include "vfmgr/units.hpp"

#include "sim/drivers/i915_card.hpp"
#include "sim/drivers/i915_share.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr::sim::i915 {

namespace {

constexpr std::array<std::string_view, 6> kThresholds{"cat_error_count",
                                                      "engine_reset_count",
                                                      "page_fault_count",
                                                      "h2g_time_us",
                                                      "irq_time_us",
                                                      "doorbell_time_us"};

void put(Machine& machine, const std::string& path, std::string_view text, Mode mode) {
  machine.tree().put(Space::sys, path, std::string(text) + "\n", mode);
}

/// DRM numbers its devices by the lowest number that is not taken (assumed of drm_drv.c; which
/// numbers a host's other devices have is not simulated).
std::string free_card(const Machine& machine) {
  for (std::uint32_t number = 0;; ++number) {
    std::string name = fmt::format("card{}", number);
    if (machine.tree().find(Space::sys, "class/drm/" + name) == nullptr) {
      return name;
    }
  }
}

void put_device(Machine& machine, const std::string& directory, const PciAddress& function) {
  machine.tree().put_link(
      Space::sys, directory + "/device", relative_link(directory, machine.directory(function)));
}

void make_pf_gt(Machine& machine, const Card& card, const Gt& gt) {
  const auto number = [&](std::string_view name, std::uint64_t first, Mode mode) {
    put(machine, gt_path(card, 0, gt, name), std::to_string(first), mode);
  };
  number("exec_quantum_ms", 0, Mode::read_write);
  number("preempt_timeout_us", 0, Mode::read_write);
  if (gt.media) {
    // There, and every write of it is ENODEV.
    number("ggtt_spare", 0, Mode::read_write);
    number("available/ggtt_free", 0, Mode::read_only);
    number("available/ggtt_max_quota", 0, Mode::read_only);
  }
  for (const Resource& resource : resources_of(card, gt)) {
    // Assumed: the driver begins with the least that it takes.
    number(resource.spare(), resource.min_spare, Mode::read_write);
    number(fmt::format("available/{}_free", resource.name), 0, Mode::read_only);
    number(fmt::format("available/{}_max_quota", resource.name), 0, Mode::read_only);
  }
  if (!card.dkms) {
    number("sched_priority", 0, Mode::read_write);
    // The aliases that are deprecated; assumed: of the spare.
    number("contexts_quota", value(machine, card, 0, gt, "contexts_spare"), Mode::read_write);
    number("doorbells_quota", value(machine, card, 0, gt, "doorbells_spare"), Mode::read_write);
  }
  for (const std::string_view name : {"sched_if_idle", "engine_reset", "sample_period_ms"}) {
    number(fmt::format("policies/{}", name), 0, Mode::read_write);
  }
}

void make_vf_gt(Machine& machine, const Card& card, std::uint32_t vf, const Gt& gt) {
  const auto number = [&](std::string_view name, Mode mode) {
    put(machine, gt_path(card, vf, gt, name), "0", mode);
  };
  if (gt.media) {
    number("ggtt_quota", Mode::read_only);
  }
  for (const Resource& resource : resources_of(card, gt)) {
    number(resource.quota(), Mode::read_write);
  }
  number("exec_quantum_ms", Mode::read_write);
  number("preempt_timeout_us", Mode::read_write);
  for (const std::string_view name : kThresholds) {
    number(fmt::format("threshold/{}", name), Mode::read_write);
  }
}

void make_functions(Machine& machine, const Card& card) {
  put(machine, card.home + "/pf/auto_provisioning", "1", Mode::read_write);
  put_device(machine, card.home + "/pf", card.pf);
  for (const Gt& gt : card.gts) {
    make_pf_gt(machine, card, gt);
  }
  for (std::uint32_t vf = 1; vf <= card.vfs; ++vf) {
    const std::string directory = card.home + "/" + function_name(vf);
    put(machine, directory + "/id", std::to_string(vf), Mode::read_only);
    machine.tree().put(Space::sys, directory + "/control", "", Mode::write_only);
    for (const Gt& gt : card.gts) {
      make_vf_gt(machine, card, vf, gt);
    }
  }
  for (const Gt& gt : card.gts) {
    show_available(machine, card, gt);
  }
}

}  // namespace

void make_tree(Machine& machine, const PciAddress& function) {
  const std::string name = free_card(machine);
  const std::string directory = machine.path_in(function, "drm/" + name);
  put_device(machine, directory, function);
  machine.tree().put_link(Space::sys, "class/drm/" + name, relative_link("class/drm", directory));
  const auto pf = machine.pf_of(function);
  const auto card = pf ? std::nullopt : card_of(machine, function);
  if (machine.fact(pf.value_or(function), "i915_dkms").value_or(0) == 0) {
    machine.tree().put_link(Space::sys, directory + "/iov", "prelim_iov");
  }
  // Assumed: of what is no PF there is the mode alone.
  put(machine,
      directory + "/prelim_iov/mode",
      pf     ? "SR-IOV VF"
      : card ? "SR-IOV PF"
             : "non virtualized",
      Mode::read_only);
  if (card) {
    make_functions(machine, *card);
  }
}

void remove_tree(Machine& machine, const PciAddress& function) {
  const std::string drm = drm_directory(machine, function);
  if (!drm.empty()) {
    machine.tree().erase(Space::sys, "class/drm/" + std::string(leaf_of(drm)));
    machine.tree().erase(Space::sys, drm);
  }
}

void show_devices(Machine& machine, const PciAddress& pf, std::uint32_t vfs) {
  const auto card = card_of(machine, pf);
  if (!card) {
    return;
  }
  for (std::uint32_t number = 1; number <= card->vfs; ++number) {
    const std::string directory = card->home + "/" + function_name(number);
    const auto vf = machine.vf_address(pf, number - 1);
    if (number <= vfs && vf && machine.exists(*vf)) {
      put_device(machine, directory, *vf);
    } else {
      machine.tree().erase(Space::sys, directory + "/device");
    }
  }
}

}  // namespace vfmgr::sim::i915
