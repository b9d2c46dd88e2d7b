// SPDX-License-Identifier: Apache-2.0
#include "backends/intel_i915/interface.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/intel/columns.hpp"
#include "backends/intel/fits.hpp"
#include "backends/intel/left.hpp"
#include "backends/intel/offers.hpp"
#include "backends/intel_i915/attrs.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "core/numbers.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::intel_i915 {

using intel::Column;
using intel::Kind;

namespace {

struct Card {
  std::uint16_t device = 0;
  std::uint64_t gib = 0;
};
// Intel's product pages; ids as in intel-gpu-i915-backports include/drm/i915_pciids.h (e3240a7b).
constexpr std::array kCards{Card{.device = 0x56c0, .gib = 16},   // Flex 170
                            Card{.device = 0x56c1, .gib = 6},    // Flex 140: of 12 for two GPUs
                            Card{.device = 0x0bd5, .gib = 128},  // Max 1550
                            Card{.device = 0x0bda, .gib = 48}};  // Max 1100

constexpr std::array kVfColumns{
    Column{.key = Key::vram,
           .attr = &kVram,
           .kind = Kind::quota,
           .manual = true,
           .slack = kVramGranule - 1},
    Column{.key = Key::ggtt,
           .attr = &kGgtt,
           .kind = Kind::quota,
           .manual = true,
           .slack = kGgttGranule - 1},
    Column{.key = Key::contexts,
           .attr = &kContexts,
           .kind = Kind::quota,
           .manual = true,
           .slack = kContextGranule - 1},
    Column{.key = Key::doorbells, .attr = &kDoorbells, .kind = Kind::quota, .manual = true},
    Column{.key = Key::exec_quantum, .attr = &kExecQuantum, .kind = Kind::schedule},
    Column{.key = Key::preempt_timeout, .attr = &kPreemptTimeout, .kind = Kind::schedule},
    Column{.key = Key::vram,
           .attr = &kVram0,
           .kind = Kind::quota,
           .manual = true,
           .slack = kVramGranule - 1},
    Column{.key = Key::ggtt,
           .attr = &kGgtt0,
           .kind = Kind::quota,
           .manual = true,
           .slack = kGgttGranule - 1},
    Column{.key = Key::contexts,
           .attr = &kContexts0,
           .kind = Kind::quota,
           .manual = true,
           .slack = kContextGranule - 1},
    Column{.key = Key::doorbells, .attr = &kDoorbells0, .kind = Kind::quota, .manual = true},
    Column{.key = Key::exec_quantum, .attr = &kExecQuantum0, .kind = Kind::schedule},
    Column{.key = Key::preempt_timeout, .attr = &kPreemptTimeout0, .kind = Kind::schedule},
    Column{.key = Key::vram,
           .attr = &kVram1,
           .kind = Kind::quota,
           .manual = true,
           .slack = kVramGranule - 1},
    Column{.key = Key::ggtt,
           .attr = &kGgtt1,
           .kind = Kind::quota,
           .manual = true,
           .slack = kGgttGranule - 1},
    Column{.key = Key::contexts,
           .attr = &kContexts1,
           .kind = Kind::quota,
           .manual = true,
           .slack = kContextGranule - 1},
    Column{.key = Key::doorbells, .attr = &kDoorbells1, .kind = Kind::quota, .manual = true},
    Column{.key = Key::exec_quantum, .attr = &kExecQuantum1, .kind = Kind::schedule},
    Column{.key = Key::preempt_timeout, .attr = &kPreemptTimeout1, .kind = Kind::schedule}};

constexpr std::array kPfColumns{
    Column{.key = Key::reserve_vram,
           .attr = &kReserve,
           .kind = Kind::quota,
           .slack = kVramGranule - 1},
    Column{.key = Key::exec_quantum, .attr = &kPfExecQuantum, .kind = Kind::schedule},
    Column{.key = Key::preempt_timeout, .attr = &kPfPreemptTimeout, .kind = Kind::schedule},
    Column{.key = Key::reserve_vram,
           .attr = &kReserve0,
           .kind = Kind::quota,
           .slack = kVramGranule - 1},
    Column{.key = Key::exec_quantum, .attr = &kPfExecQuantum0, .kind = Kind::schedule},
    Column{.key = Key::preempt_timeout, .attr = &kPfPreemptTimeout0, .kind = Kind::schedule},
    Column{.key = Key::reserve_vram,
           .attr = &kReserve1,
           .kind = Kind::quota,
           .slack = kVramGranule - 1},
    Column{.key = Key::exec_quantum, .attr = &kPfExecQuantum1, .kind = Kind::schedule},
    Column{.key = Key::preempt_timeout, .attr = &kPfPreemptTimeout1, .kind = Kind::schedule}};

intel::Range range_of(Key key) {
  constexpr std::string_view kOnAGt = "intel_iov_provisioning.c, what a GT has";
  switch (key) {
    case Key::exec_quantum:
      return {.least = kShortestQuantumUs, .most = kLongestUs, .source = {}};
    case Key::preempt_timeout:
      return {.least = 1, .most = kLongestUs, .source = {}};
    case Key::ggtt:
      return {.least = 1, .most = kGgttTop, .source = kOnAGt};
    case Key::contexts:
      return {.least = 1, .most = kMostContexts, .source = kOnAGt};
    case Key::doorbells:
      return {.least = 1, .most = kMostDoorbells, .source = kOnAGt};
    case Key::reserve_vram:
      return {.least = intel::kLeastReserve, .most = {}, .source = kOnAGt};
    default:
      return {.least = 1, .most = {}, .source = {}};
  }
}

}  // namespace

Setting spell_priority(std::string_view text) {
  constexpr std::array<std::string_view, 3> kWords{"low", "normal", "high"};
  for (std::size_t word = 0; word < kWords.size(); ++word) {
    if (text == std::to_string(word)) {
      return std::string(kWords.at(word));
    }
  }
  return std::string(text);
}

Setting spell_strict(std::string_view text) {
  return std::string(text == "1" ? "normal" : text == "0" ? "low" : text);
}

std::string card_of(const Kernel& kernel, const PciAddress& pf) {
  const auto names = kernel.list(pci::of(pci::kPfDrm, pf));
  for (const std::string& name : names.value_or(std::vector<std::string>{})) {
    const Place mode = place_of(kMode, {.gpu = pf, .vf = {}, .name = name});
    if (name.starts_with("card") && observe(kernel, mode).text() == "SR-IOV PF") {
      return name;
    }
  }
  return {};
}

std::string card_of(const State& state, const PciAddress& pf) {
  for (const auto& [place, value] : state) {
    const auto holes = match(kAuto, place);
    if (holes && holes->gpu == pf) {
      return holes->name;
    }
  }
  return {};
}

intel::Files files_of(const Gpu& pf, std::string card) {
  return {.gpu = pf.address,
          .total_vfs = pf.total_vfs.value_or(0),
          .vf = kVfColumns,
          .pf = kPfColumns,
          .name = std::move(card)};
}

namespace {

/// Packages of 128 are divided among the PF and all VFs that there could be, when the driver comes
/// (pf_assign_ctxs_for_pf); VFs together have those that are not the PF's.
std::uint64_t contexts_for(std::uint64_t total_vfs) {
  return (kMostContexts + 1) / kContextGranule / (1 + total_vfs) * total_vfs * kContextGranule;
}

}  // namespace

intel::Stocks stocks_of(const Gpu& pf) {
  const auto card = std::ranges::find(kCards, pf.device_id, &Card::device);
  return {
      .vram = card == kCards.end() ? std::nullopt : std::optional(card->gib << 30U),
      .least_reserve = intel::kLeastReserve,
      .others = {{.key = Key::ggtt, .most = kGgttTop, .kept = kSpareGgtt},
                 {.key = Key::contexts, .most = contexts_for(pf.total_vfs.value_or(0)), .kept = 0},
                 {.key = Key::doorbells, .most = kMostDoorbells, .kept = 0}},
      // intel_iov_provisioning.c, pf_validate_config: with a part of these ENOKEY.
      .whole = {Key::vram, Key::ggtt, Key::contexts},
      .reserve_is_manual = false};
}

std::vector<intel::Left> left_of(const Kernel& kernel, const intel::Files& files) {
  struct Pair {
    const Attr *quota, *left, *kept;
  };
  static constexpr std::array kPairs{
      Pair{.quota = &kGgtt, .left = &kGgttLeft, .kept = nullptr},
      Pair{.quota = &kContexts, .left = &kContextsLeft, .kept = nullptr},
      Pair{.quota = &kVram, .left = &kVramLeft, .kept = &kReserve},
      Pair{.quota = &kGgtt0, .left = &kGgttLeft0, .kept = nullptr},
      Pair{.quota = &kContexts0, .left = &kContextsLeft0, .kept = nullptr},
      Pair{.quota = &kVram0, .left = &kVramLeft0, .kept = &kReserve0},
      Pair{.quota = &kGgtt1, .left = &kGgttLeft1, .kept = nullptr},
      Pair{.quota = &kContexts1, .left = &kContextsLeft1, .kept = nullptr},
      Pair{.quota = &kVram1, .left = &kVramLeft1, .kept = &kReserve1}};
  const auto number = [&](const Attr& attr) {
    return decimal(observe(kernel, place_of(attr, intel::holes(files, std::nullopt))).text());
  };
  std::vector<intel::Left> all;
  for (const Pair& pair : kPairs) {
    if (const auto left = number(*pair.left)) {
      all.push_back({.quota = pair.quota,
                     .amount = *left,
                     .kept = pair.kept == nullptr ? 0 : number(*pair.kept).value_or(0)});
    }
  }
  return all;
}

void add_offers(const Kernel& kernel, const std::string& card, bool dear, GpuFacts& facts) {
  const intel::Files files = files_of(facts.gpu, card);
  const auto here = [&](std::span<const Column> all, bool of_vf) {
    std::vector<Column> present;
    std::ranges::copy_if(all, std::back_inserter(present), [&](const Column& column) {
      return row_of(column.key).is(kDear) == dear &&
             !observe(kernel,
                      intel::place_of(files, column, of_vf ? std::optional(0U) : std::nullopt))
                  .absent();
    });
    return present;
  };
  intel::add_offers(files, here(files.vf, true), kScopeVf, dear, range_of, facts);
  intel::add_offers(files, here(files.pf, false), kScopePf, dear, range_of, facts);
}

}  // namespace vfmgr::intel_i915
