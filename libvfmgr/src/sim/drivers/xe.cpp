// SPDX-License-Identifier: Apache-2.0
// What is cited as "xe 7.0" was read in drivers/gpu/drm/xe of that release; vram_quota and the
// formula for VRAM come with the patches after it (xekmd-backports, backport/patches/features/
// vf-vram-provision; xe_sriov_pf_provision.c).
#include "sim/drivers/xe.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/drivers/xe_admin.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/pending.hpp"
#include "sim/vfs.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr::sim {

namespace {

constexpr std::uint64_t kMiB = 1ULL << 20U;
constexpr std::uint64_t kGiB = 1ULL << 30U;
constexpr std::uint64_t kLmttPage = 2 * kMiB;        // xe 7.0: xe_lmtt.c, page size of the LMTT
constexpr std::uint64_t kSpare = 128 * kMiB;         // xe 7.0: pf_get_min_spare_lmem
constexpr std::uint64_t kMostQuantum = 100'000;      // ms; xe 7.0 clamps silently
constexpr std::uint64_t kMostTimeout = 100'000'000;  // us; the same
constexpr std::uint64_t kMostU32 = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t kMostU64 = std::numeric_limits<std::uint64_t>::max();

/// What a quota is a multiple of: a page on each tile.
std::uint64_t granularity(const Machine& machine, const PciAddress& pf) {
  return kLmttPage * std::clamp<std::uint64_t>(machine.fact(pf, "tiles").value_or(1), 1, 16);
}

/// VRAM that is not anybody's quota, VF `but` left out.
std::uint64_t free_vram(const Machine& machine, const PciAddress& pf, std::uint32_t but) {
  std::uint64_t left = machine.fact(pf, "vram_usable").value_or(0);
  const std::uint32_t total = xe::total_vfs(machine, pf);
  for (std::uint32_t vf = 1; vf <= total; ++vf) {
    const std::uint64_t quota = vf == but ? 0 : xe::value(machine, pf, vf, xe::kVram);
    left -= std::min(left, quota);
  }
  return left;
}

/// A VF that a VM has, or that xe itself drives on the host. (That an enabled VF which nobody uses
/// takes a new quota, and a running one gives EIO, is what the patch's text says.)
bool runs(const Machine& machine, const PciAddress& pf, std::uint32_t vf) {
  const auto address = machine.vf_address(pf, vf - 1);
  if (!address || machine.pf_of(*address) != pf) {
    return false;
  }
  const SimDriver* rules = machine.rules_of(*address);
  return user_of(machine, *address) || (rules != nullptr && rules->name() == "xe");
}

int set_vram(Machine& machine, const PciAddress& pf, std::uint32_t vf, std::uint64_t wanted) {
  const std::uint64_t unit = granularity(machine, pf);
  const std::uint64_t old = xe::value(machine, pf, vf, xe::kVram);
  const std::uint64_t free = free_vram(machine, pf, vf);
  const bool fits = wanted <= free && (wanted + unit - 1) / unit * unit <= free;
  if (fits && (wanted + unit - 1) / unit * unit == old) {
    return 0;
  }
  if (runs(machine, pf, vf)) {
    return EIO;  // GuC refuses
  }
  // The old allocation goes before the new one is tried: a refused one leaves nothing (xe 7.0:
  // xe_gt_sriov_pf_config.c, pf_provision_vf_lmem).
  xe::set_value(machine, pf, vf, xe::kVram, fits ? (wanted + unit - 1) / unit * unit : 0);
  return fits ? 0 : ENOSPC;
}

/// Quotas of VFs 1 to `vfs` for which nobody chose any: all of them or none (xekmd-backports
/// d039fa85: as soon as one VF has VRAM, the step is skipped for all). The fair share is the lesser
/// of what is free and of a profile rounded down to a power of two: whole GiB of what is left
/// beside the spare, divided among VFs and PF.
int provision(Machine& machine, const PciAddress& pf, std::uint32_t vfs) {
  for (std::uint32_t vf = 1; vf <= vfs; ++vf) {
    if (xe::value(machine, pf, vf, xe::kVram) != 0) {
      return 0;
    }
  }
  const std::uint64_t usable = machine.fact(pf, "vram_usable").value_or(0);
  const std::uint64_t free = free_vram(machine, pf, 0);
  const std::uint64_t unit = granularity(machine, pf);
  const std::uint64_t whole = (usable - std::min(usable, kSpare)) / kGiB * kGiB;
  const std::uint64_t profile = std::bit_floor(whole / (vfs + 1));
  const std::uint64_t possible = (free - std::min(free, kSpare)) / vfs;
  const std::uint64_t share = std::min(profile, possible) / unit * unit;
  if (share == 0) {
    return usable == 0 ? 0 : ENOSPC;  // a device without VRAM of its own has none to give
  }
  for (std::uint32_t vf = 1; vf <= vfs; ++vf) {
    xe::set_value(machine, pf, vf, xe::kVram, share);
  }
  return 0;
}

/// Newer drivers (drm-xe-next: set_fair_sched in the PF's provisioning) choose the time slices of
/// the VFs that are enabled, over whatever was set before; older ones leave them as they are.
void choose_scheduling(Machine& machine, const PciAddress& pf, std::uint32_t vfs) {
  for (std::uint32_t vf = 1; vf <= vfs; ++vf) {
    if (const auto quantum = machine.fact(pf, "fair_quantum_ms")) {
      xe::set_value(machine, pf, vf, xe::kQuantum, *quantum);
    }
    if (const auto timeout = machine.fact(pf, "fair_timeout_us")) {
      xe::set_value(machine, pf, vf, xe::kTimeout, *timeout);
    }
  }
}

/// xe 7.0: in auto mode everything of VFs 1 to `vfs` goes; what stands above them stays.
void unprovision(Machine& machine, const PciAddress& pf, std::uint32_t vfs) {
  for (std::uint32_t vf = 1; vf <= vfs; ++vf) {
    xe::set_value(machine, pf, vf, xe::kVram, 0);
    xe::set_value(machine, pf, vf, xe::kQuantum, 0);
    xe::set_value(machine, pf, vf, xe::kTimeout, 0);
  }
}

/// A write to `.bulk_profile/`: PF and all VFs, enabled or not. VRAM stops at the first that fails.
int write_bulk(Machine& machine,
               const PciAddress& pf,
               const xe::File& file,
               const WriteCall& call) {
  const std::uint32_t total = xe::total_vfs(machine, pf);
  const std::uint32_t last = call.half ? (total + 1) / 2 : total;
  if (file.name == xe::kPriority) {
    const std::string_view word = without_newline(call.bytes);
    if (word != "low" && word != "normal") {
      return EINVAL;
    }
    for (std::uint32_t function = 0; function <= last; ++function) {
      xe::set_priority(machine, pf, function, word);
    }
    return 0;
  }
  const bool vram = file.name == xe::kVram;
  const KernelNumber number = kernel_number(call.bytes, vram ? kMostU64 : kMostU32);
  if (number.error != 0) {
    return number.error;
  }
  const std::uint64_t most = file.name == xe::kQuantum ? kMostQuantum : kMostTimeout;
  for (std::uint32_t function = vram ? 1 : 0; function <= last; ++function) {
    if (vram) {
      if (const int error = set_vram(machine, pf, function, number.value); error != 0) {
        return error;
      }
    } else {
      xe::set_value(machine, pf, function, file.name, std::min(number.value, most));
    }
  }
  return 0;
}

int write_one(Machine& machine, const PciAddress& pf, const xe::File& file, const WriteCall& call) {
  if (file.name == "stop") {
    return kernel_bool(call.bytes) ? 0 : EINVAL;
  }
  if (file.name == xe::kPriority) {
    const std::string_view word = without_newline(call.bytes);
    if (word != "low" && word != "normal" && word != "high") {
      return EINVAL;
    }
    xe::set_priority(machine, pf, file.function, word);
    return 0;
  }
  const bool vram = file.name == xe::kVram;
  const KernelNumber number = kernel_number(call.bytes, vram ? kMostU64 : kMostU32);
  if (number.error != 0) {
    return number.error;
  }
  if (vram) {
    return set_vram(machine, pf, file.function, number.value);
  }
  const std::uint64_t most = file.name == xe::kQuantum ? kMostQuantum : kMostTimeout;
  xe::set_value(machine, pf, file.function, file.name, std::min(number.value, most));
  return 0;
}

class Xe final : public SimDriver {
 public:
  [[nodiscard]] std::string_view name() const override { return "xe"; }

  std::optional<int> write(Machine& machine, const WriteCall& call) const override {
    const auto pf = call.in == In::sys ? machine.owner_of(call.path) : std::nullopt;
    if (!pf || machine.rules_of(*pf) != this) {
      return std::nullopt;
    }
    const std::string directory = machine.directory(*pf);
    const xe::File file = xe::file_at(
        std::string_view(call.path).substr(std::min(directory.size() + 1, call.path.size())));
    if (!file.known) {
      return std::nullopt;
    }
    return file.bulk ? write_bulk(machine, *pf, file, call) : write_one(machine, *pf, file, call);
  }

  /// xe 7.0: xe_pci_sriov.c, pf_enable_vfs and pf_disable_vfs.
  std::optional<int> set_vfs(Machine& machine,
                             const PciAddress& pf,
                             std::uint32_t vfs) const override {
    if (vfs == 0) {
      const std::uint32_t enabled = machine.enabled_vfs(pf);
      xe::show_devices(machine, pf, 0);
      disable_vfs(machine, pf);
      unprovision(machine, pf, enabled);
      return 0;
    }
    choose_scheduling(machine, pf, vfs);
    int error = provision(machine, pf, vfs);
    if (error == 0) {
      error = enable_vfs(machine, pf, vfs);
    }
    if (error != 0) {
      unprovision(machine, pf, vfs);
      return error;
    }
    xe::show_devices(machine, pf, vfs);
    return 0;
  }

  void bound(Machine& machine, const PciAddress& function) const override {
    if (machine.fact(function, "total_vfs")) {
      xe::make_tree(machine, function);
      xe::show_devices(machine, function, machine.enabled_vfs(function));
    }
  }
  void unbound(Machine& machine, const PciAddress& function) const override {
    xe::remove_tree(machine, function);
  }
};

}  // namespace

const SimDriver& xe_driver() {
  static const Xe driver;
  return driver;
}

}  // namespace vfmgr::sim
