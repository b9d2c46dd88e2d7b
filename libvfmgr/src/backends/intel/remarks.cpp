// SPDX-License-Identifier: Apache-2.0
#include "backends/intel/remarks.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/intel/columns.hpp"
#include "backends/pci_record.hpp"
#include "core/attributes.hpp"
#include "core/numbers.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "pci/vf_bars.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::intel {

namespace {

// drivers/gpu/drm/xe/regs/xe_bars.h (Linux 6.17): LMEM_BAR; of VFs it is resource 9, their BAR 2.
constexpr std::size_t kMemoryBar = 2;

/// What a VF has on all tiles; nothing: it has none, or the driver is still to choose.
std::optional<std::uint64_t> vram_of(const Files& files, const State& state, std::uint32_t vf) {
  std::optional<std::uint64_t> sum;
  for (const Column& column : files.vf) {
    const auto found =
        column.key == Key::vram ? state.find(place_of(files, column, vf)) : state.end();
    if (found == state.end() || found->second.absent()) {
      continue;
    }
    const auto bytes = decimal(found->second.text());
    if (found->second.match == Match::any || !bytes) {
      return std::nullopt;
    }
    sum = sum.value_or(0) + *bytes;
  }
  return sum;
}

struct Biggest {
  std::uint32_t vf = 0;
  std::uint64_t vram = 0;
};

Biggest biggest_of(const Files& files, const State& state, std::uint32_t count) {
  Biggest biggest;
  for (std::uint32_t vf = 0; vf < count; ++vf) {
    const std::uint64_t vram = vram_of(files, state, vf).value_or(0);
    if (vram > biggest.vram) {
      biggest = {.vf = vf, .vram = vram};
    }
  }
  return biggest;
}

std::string what_helps(const VfBarRoom& bar, std::uint32_t count, std::uint64_t vram) {
  std::uint32_t fewer = count;
  while (fewer > 0 && bar.with(fewer) < vram) {
    --fewer;
  }
  const std::string works = "it works with less: ";
  if (bar.sizes == 0) {
    return works + "this VF BAR can't be resized";
  }
  if (fewer > 0) {
    return works + fmt::format(
                       "the driver makes it larger where fewer share the window of {}, and "
                       "with at most {} it is large enough",
                       spell(Bytes(bar.window)),
                       fewer == 1 ? "1 VF" : fmt::format("{} VFs", fewer));
  }
  return works + fmt::format(
                     "no size that is large enough fits into the window of {}; Above-4G "
                     "decoding and Resizable BAR in the firmware may give it a larger one",
                     spell(Bytes(bar.window)));
}

}  // namespace

std::vector<Finding> bar_space(const Kernel& kernel,
                               const Gpu& pf,
                               const Files& files,
                               const State& state) {
  const std::uint32_t count = recorded_count(state, pf.address).value_or(0);
  const Biggest biggest = biggest_of(files, state, count);
  if (biggest.vram == 0) {
    return {};
  }
  const auto config = kernel.read(pci::of(pci::kConfig, pf.address));
  const auto bar = vf_bar_room(
      observe(kernel, pci::of(pci::kResource, pf.address)).text(), config.value_or(""), kMemoryBar);
  if (!bar) {
    return {};
  }
  // Both drivers resize it when they make VFs: xe_pci_sriov.c:pf_enable_vfs, and i915_sriov.c of
  // intel-gpu-i915-backports. That one fails is no error to them, so VFs that stand are looked at.
  const auto standing = decimal(observe(kernel, pci::of(pci::kVfCount, pf.address)).text());
  const std::uint64_t shown = standing == count ? bar->now : bar->with(count);
  if (shown == 0 || shown >= biggest.vram) {
    return {};
  }
  // drivers/gpu/drm/xe/xe_vram.c:print_vram_region_info
  return {{.what = fmt::format("with {} a VF shows {} of its VRAM to the CPU at a time (VF BAR 2), "
                               "and vf{} has {}: its guest's driver logs a \"Small BAR device\"",
                               count == 1 ? "1 VF" : fmt::format("{} VFs", count),
                               spell(Bytes(shown)),
                               biggest.vf,
                               spell(Bytes(biggest.vram))),
           .help = what_helps(*bar, count, biggest.vram)}};
}

std::vector<Finding> end_of_sharing(const Files& files, const State& target) {
  std::vector<std::string_view> keys;
  for (const Column& column : files.vf) {
    const std::string_view name = row_of(column.key).name;
    for (std::uint32_t vf = 0; column.manual && vf < files.total_vfs; ++vf) {
      const auto found = target.find(place_of(files, column, vf));
      const bool asked = found != target.end() && !found->second.source.empty() &&
                         found->second.match != Match::any;
      if (asked && std::ranges::find(keys, name) == keys.end()) {
        keys.push_back(name);
      }
    }
  }
  if (keys.empty()) {
    return {};
  }
  return {{.what = fmt::format("{} {} given by hand: the driver gives out nothing by itself until "
                               "the VFs are taken down",
                               fmt::join(keys, ", "),
                               keys.size() == 1 ? "is" : "are"),
           .help = {}}};
}

}  // namespace vfmgr::intel
