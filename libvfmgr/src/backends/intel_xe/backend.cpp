// SPDX-License-Identifier: Apache-2.0
#include "backends/intel_xe/backend.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "backends/intel_xe/attrs.hpp"
#include "backends/intel_xe/target.hpp"
#include "backends/pci_record.hpp"
#include "backends/pci_vectors.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

using namespace intel_xe;

// The driver answers when the GuC has: milliseconds; it waits out a GPU reset before.
constexpr Milliseconds kFirmwareLimit{5000};

Holes holes(const PciAddress& pf, std::uint32_t index) {
  return {.gpu = pf, .vf = vf_at(index), .name = {}};
}

/// The numbers of a VF that exists may have been chosen by the driver; nothing in sysfs tells.
void record_vf(const Kernel& kernel,
               const PciAddress& pf,
               std::uint32_t index,
               std::uint32_t enabled,
               State& state) {
  for (const Attr* const attr : {&kVram, &kExecQuantum, &kPreemptTimeout}) {
    const Place place = place_of(*attr, holes(pf, index));
    Value value = observe(kernel, place);
    if (index < enabled) {
      value.origin = Origin::unknown;
    }
    state[place] = std::move(value);
  }
}

/// What the driver does to its VFs' values when they go and when they come, as far as it is known.
Redraws redraws(const Road& road, const Gpu& pf) {
  Redraws drawn;
  const std::uint32_t from = road.count(pf.address);
  const std::uint32_t to = road.wanted_count(pf.address);
  for (std::uint32_t index = 0; index < std::max(from, to); ++index) {
    for (const Attr* const attr : {&kVram, &kExecQuantum, &kPreemptTimeout}) {
      const Place place = place_of(*attr, holes(pf.address, index));
      const auto here = road.now().find(place);
      const bool unseen = here != road.now().end() && here->second.match == Match::any;
      if (here == road.now().end() || (here->second.absent() && !unseen)) {
        continue;
      }
      // xe_pci_sriov.c:pf_disable_vfs releases VFs 1 to numvfs, unless provisioning is custom.
      if (index < from) {
        drawn.on_disable[place] = guess("0");
      }
      const Value* const target = road.wanted(place);
      const bool stays = attr == &kVram && target != nullptr && target->origin == Origin::set &&
                         target->text() != "0";
      if (index < to && !stays) {
        drawn.on_enable[place] = guess();
      }
      // A number of ours gives way to the driver's choice only where the VFs are made anew.
      drawn.forced =
          drawn.forced || (attr == &kVram && from == to && index < to && target != nullptr &&
                           target->match == Match::any && target->origin == Origin::own &&
                           here->second.origin == Origin::set);
    }
  }
  return drawn;
}

/// Quotas while no VF exists: of all VFs that there could be, since one quota too many takes VRAM
/// from all.
void settle_quotas_of_none(Road& road, const Gpu& pf) {
  for (std::uint32_t index = 0; index < all_vfs(pf); ++index) {
    const Value* const target = road.wanted(place_of(kVram, holes(pf.address, index)));
    if (target == nullptr || target->unreadable() ||
        (target->absent() && target->match == Match::exact)) {
      continue;
    }
    // 0 lets the driver provision when the VFs are enabled.
    const bool ours = target->origin == Origin::set && target->match != Match::any;
    road.set(kVram,
             holes(pf.address, index),
             ours ? *target : text_value("0"),
             {.reason = "quotas go before the VFs exist",
              .bytes = ours ? target->text() : "0",
              .limit = kFirmwareLimit});
  }
}

std::uint64_t amount(const Value* value) {
  return value == nullptr || value->text().empty() ? 0 : std::stoull(value->text());
}

/// Quotas of VFs that exist: what shrinks goes first, to make room for what grows.
void settle_quotas_of_some(Road& road, const Gpu& pf) {
  std::vector<std::uint32_t> order(all_vfs(pf));
  for (std::uint32_t index = 0; index < order.size(); ++index) {
    order[index] = index;
  }
  // Not of std::ranges: libstdc++ 12 calls there what it marks as deprecated.
  // NOLINTNEXTLINE(modernize-use-ranges)
  std::stable_partition(order.begin(), order.end(), [&](std::uint32_t index) {
    const Place place = place_of(kVram, holes(pf.address, index));
    const auto here = road.now().find(place);
    return amount(road.wanted(place)) < amount(here == road.now().end() ? nullptr : &here->second);
  });
  for (const std::uint32_t index : order) {
    std::vector<Place> disturbs;
    if (index < road.count(pf.address)) {
      Place vf = pci::of(pci::kVf, pf.address, vf_at(index));
      vf.as = As::text;
      disturbs.push_back(vf);
    }
    road.settle(kVram,
                holes(pf.address, index),
                {.disturbs = std::move(disturbs), .limit = kFirmwareLimit});
  }
}

class IntelXe final : public Backend {
 public:
  [[nodiscard]] std::string_view name() const override { return "intel-xe"; }
  [[nodiscard]] std::span<const Attr> attrs() const override { return intel_xe::kAttrs; }
  [[nodiscard]] bool manages(const Kernel& kernel, const Gpu& gpu) const override {
    return gpu.total_vfs && kernel.list(pci::of(kAdmin, gpu.address)).has_value();
  }
  [[nodiscard]] GpuFacts facts(const Kernel& kernel, const Gpu& gpu) const override {
    GpuFacts facts{.gpu = gpu,
                   .backend = std::string(name()),
                   .offers = {vf_driver_offer()},
                   .cannot = cannot_make_vfs(gpu)};
    const std::string range = "xe_gt_sriov_pf_config.c clamps longer times";
    if (!observe(kernel, place_of(kVram, holes(gpu.address, 0))).absent()) {
      facts.offers.push_back({.key = Key::vram,
                              .scope = kScopeVf,
                              .least = 1,
                              .most = {},
                              .read_from = to_string(place_of(kVram, holes(gpu.address, 0)))});
    }
    facts.offers.push_back({.key = Key::exec_quantum,
                            .scope = kScopeVf,
                            .least = kShortestQuantumUs,
                            .most = kLongestUs,
                            .read_from = range});
    facts.offers.push_back({.key = Key::preempt_timeout,
                            .scope = kScopeVf,
                            .least = 1,
                            .most = kLongestUs,
                            .read_from = range});
    return facts;
  }
  void ask_dear(const Kernel& kernel, GpuFacts& facts) const override {
    ask_vectors(kernel, facts);
  }
  [[nodiscard]] State probe(const Kernel& kernel, const Unit& unit, Depth depth) const override {
    State state;
    for (const Gpu& pf : unit.gpus) {
      probe_pci(kernel, pf, depth, state);
      const std::uint32_t enabled = recorded_count(state, pf.address).value_or(0);
      for (std::uint32_t index = 0; index < all_vfs(pf); ++index) {
        record_vf(kernel, pf.address, index, enabled, state);
      }
    }
    return state;
  }
  [[nodiscard]] std::vector<Error> fits(const Kernel& kernel,
                                        const GpuFacts& facts,
                                        const State& now,
                                        const Desired& desired) const override {
    std::vector<Error> faults = fits_pci(kernel, facts, now, desired);
    std::ranges::move(intel_xe::fits(facts.gpu, now, desired), std::back_inserter(faults));
    return faults;
  }
  [[nodiscard]] State complete(const Unit& unit,
                               const State& now,
                               std::span<const Desired> desired) const override {
    State target = now;
    for (const Desired& one : desired) {
      const Gpu& pf = gpu_of(unit, one.gpu);
      complete_pci(pf, now, one, target);
      intel_xe::complete(pf, now, one, target);
    }
    return target;
  }
  [[nodiscard]] UnitPlan lower(const Unit& unit,
                               const State& now,
                               const State& want) const override {
    Road road(unit, now, want, attrs());
    for (const Gpu& pf : unit.gpus) {
      road.recount(pf.address, [&] { settle_quotas_of_none(road, pf); }, redraws(road, pf));
      settle_quotas_of_some(road, pf);
      for (std::uint32_t index = 0; index < all_vfs(pf); ++index) {
        // After enabling: newer drivers choose both anew when VFs come.
        road.settle(kExecQuantum, holes(pf.address, index), {.limit = kFirmwareLimit});
        road.settle(kPreemptTimeout, holes(pf.address, index), {.limit = kFirmwareLimit});
      }
      road.vf_vectors(pf.address);
      road.vf_drivers(pf.address);
      road.close_bracket(pf.address);
    }
    return std::move(road).plan();
  }
};

}  // namespace

const Backend& intel_xe_backend() {
  static const IntelXe backend;
  return backend;
}

}  // namespace vfmgr
