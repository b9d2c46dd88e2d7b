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
#include "backends/intel_xe/columns.hpp"
#include "backends/intel_xe/debugfs/attrs.hpp"
#include "backends/intel_xe/fits.hpp"
#include "backends/intel_xe/offers.hpp"
#include "backends/intel_xe/priority.hpp"
#include "backends/intel_xe/quotas.hpp"
#include "backends/intel_xe/target.hpp"
#include "backends/pci_record.hpp"
#include "backends/pci_vectors.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
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

namespace vfmgr {

namespace {

using namespace intel_xe;

constexpr auto kAllAttrs = [] {
  std::array<Attr, intel_xe::kAttrs.size() + debugfs::kAttrs.size()> all;
  std::ranges::copy(debugfs::kAttrs, std::ranges::copy(intel_xe::kAttrs, all.begin()).out);
  return all;
}();

/// The numbers of a VF that exists may have been chosen by the driver; nothing tells. With modes a
/// quota of debugfs is the driver's while they are automatic, and else nobody takes it away.
Origin origin_of(const Column& column, const Interface& has, bool enabled) {
  if (!enabled) {
    return Origin::set;
  }
  const bool drivers = column.kind == Kind::quota && is_of_debugfs(column) && has.modes;
  return drivers ? Origin::own : Origin::unknown;
}

void record(const Kernel& kernel, const Gpu& pf, Depth depth, State& state) {
  const bool dear = depth != Depth::light;
  const Interface has = interface_of(kernel, pf.address, dear);
  const std::uint32_t enabled = recorded_count(state, pf.address).value_or(0);
  for (const Column& column : columns_of(vf_columns(), has, dear)) {
    for (std::uint32_t index = 0; index < all_vfs(pf); ++index) {
      const Place place = place_of(column, pf.address, index);
      Value& value = state[place] = observe(kernel, place);
      value.origin = origin_of(column, has, index < enabled);
    }
  }
  for (const Column& column : columns_of(pf_columns(), has, dear)) {
    const Place place = place_of(column, pf.address, std::nullopt);
    Value& value = state[place] = observe(kernel, place);
    value.origin = Origin::unknown;
  }
  if (has.modes) {
    state[pci::of(debugfs::kRestore, pf.address)] = guess("");  // it can't be read
  }
  if (has.admin) {
    record_priority(kernel, pf, state);
  }
}

/// Whether a value is what the driver begins with: nobody asks for it by leaving it.
bool is_first_value(const Gpu& pf, const Place& place, const Value& value) {
  const Attr* const attr = find_attr(std::array{std::span<const Attr>(kAllAttrs)}, place);
  if (attr == nullptr || match(*attr, place)->gpu != pf.address) {
    return false;
  }
  return attr->zero_is_infinite ? value.text() == "0" : is_first_priority(*attr, value);
}

void settle_pf(Road& road, const Gpu& pf, Kind kind) {
  for (const Column& column : pf_columns()) {
    if (column.kind == kind) {
      road.settle(
          *column.attr, {.gpu = pf.address, .vf = {}, .name = {}}, {.limit = kFirmwareLimit});
    }
  }
}

/// After enabling: newer drivers choose both anew when VFs come.
void settle_schedule(Road& road, const Gpu& pf) {
  lower_priority(road, pf);
  for (std::uint32_t index = 0; index < all_vfs(pf); ++index) {
    for (const Column& column : vf_columns()) {
      if (column.kind == Kind::schedule) {
        road.settle(*column.attr,
                    {.gpu = pf.address, .vf = vf_at(index), .name = {}},
                    {.limit = kFirmwareLimit});
      }
    }
  }
  settle_pf(road, pf, Kind::schedule);
  raise_priority(road, pf);
}

class IntelXe final : public Backend {
 public:
  [[nodiscard]] std::string_view name() const override { return "intel-xe"; }
  [[nodiscard]] std::span<const Attr> attrs() const override { return kAllAttrs; }
  [[nodiscard]] bool manages(const Kernel& kernel, const Gpu& gpu) const override {
    if (!gpu.total_vfs) {
      return false;
    }
    const Interface has = interface_of(kernel, gpu.address, false);
    return has.admin || has.gts.front();
  }
  [[nodiscard]] GpuFacts facts(const Kernel& kernel, const Gpu& gpu) const override {
    GpuFacts facts{.gpu = gpu,
                   .backend = std::string(name()),
                   .offers = {vf_driver_offer()},
                   .cannot = cannot_make_vfs(gpu),
                   .vram_total = nominal_vram(gpu)};
    add_offers(interface_of(kernel, gpu.address, false), false, facts);
    return facts;
  }
  void ask_dear(const Kernel& kernel, GpuFacts& facts) const override {
    ask_vectors(kernel, facts);
    add_offers(interface_of(kernel, facts.gpu.address, true), true, facts);
  }
  [[nodiscard]] State probe(const Kernel& kernel, const Unit& unit, Depth depth) const override {
    State state;
    for (const Gpu& pf : unit.gpus) {
      probe_pci(kernel, pf, depth, state);
      record(kernel, pf, depth, state);
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
  void mark_own(const Gpu& gpu, State& record) const override {
    for (auto& [place, value] : record) {
      const bool ours = value.origin == Origin::set;
      value.origin = !ours && is_first_value(gpu, place, value) ? Origin::own : value.origin;
    }
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
      const bool is_counted = road.count(pf.address) != road.wanted_count(pf.address);
      settle_pf(road, pf, Kind::quota);
      road.recount(pf.address, [&] { settle_quotas_of_none(road, pf); }, redraws(road, pf));
      if (is_counted && road.count(pf.address) == 0) {
        settle_quotas_of_none(road, pf);
      } else {
        settle_quotas_of_some(road, pf);
      }
      settle_schedule(road, pf);
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
