// SPDX-License-Identifier: Apache-2.0
#include "backends/intel_i915/backend.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "backends/backend.hpp"
#include "backends/intel/columns.hpp"
#include "backends/intel/fits.hpp"
#include "backends/intel/left.hpp"
#include "backends/intel/quotas.hpp"
#include "backends/intel/remarks.hpp"
#include "backends/intel/target.hpp"
#include "backends/intel_i915/attrs.hpp"
#include "backends/intel_i915/automatic.hpp"
#include "backends/intel_i915/interface.hpp"
#include "backends/intel_i915/priority.hpp"
#include "backends/pci_record.hpp"
#include "backends/pci_vectors.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <algorithm>
#include <array>
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

using namespace intel_i915;
using intel::Column;
using intel::Files;
using intel::Kind;

/// While the driver shares out by itself what a VF has is its choice; else nothing tells.
Origin origin_of(const Column& column, bool automatic, bool enabled) {
  if (!enabled) {
    return Origin::set;
  }
  return column.manual && automatic ? Origin::own : Origin::unknown;
}

void record(const Kernel& kernel, const Gpu& pf, State& state) {
  const Files files = files_of(pf, card_of(kernel, pf.address));
  const Place automatic = place_of(kAuto, intel::holes(files, std::nullopt));
  state[automatic] = observe(kernel, automatic);
  const std::uint32_t enabled = recorded_count(state, pf.address).value_or(0);
  const auto is_there = [&](const Attr& attr, bool of_vf) {
    return !observe(kernel,
                    place_of(attr, intel::holes(files, of_vf ? std::optional(0U) : std::nullopt)))
                .absent();
  };
  // A second tile has a table of its own; media on gt1 shares the first one's, and its file of it
  // can't be written.
  const bool is_tile = is_there(kVram1, true);
  for (const Column& column : files.vf) {
    if (!is_there(*column.attr, true) || (column.attr == &kGgtt1 && !is_tile)) {
      continue;
    }
    for (std::uint32_t vf = 0; vf < files.total_vfs; ++vf) {
      const Place place = intel::place_of(files, column, vf);
      Value& value = state[place] = observe(kernel, place);
      value.origin = origin_of(column, is_automatic(state, files), vf < enabled);
    }
  }
  for (const Column& column : files.pf) {
    if (is_there(*column.attr, false)) {
      const Place place = intel::place_of(files, column, std::nullopt);
      Value& value = state[place] = observe(kernel, place);
      value.origin = Origin::unknown;
    }
  }
  record_priority(kernel, files, state);
}

void lower_pf(Road& road, const Gpu& pf) {
  const Files files = files_of(pf, card_of(road.now(), pf.address));
  intel::settle_pf(road, files, Kind::quota);
  road.recount(
      pf.address,
      [&] { before_vfs_come(road, files); },
      intel::redraws(road, files, !intel::given_by_hand(road, files)));
  if (road.count(pf.address) == 0) {
    intel::settle_quotas_of_none(road, files, {});
  }
  lower_priority(road, files);
  // Times go after enabling: before, they would end the driver's sharing out.
  if (road.count(pf.address) > 0) {
    settle_automatic(road, files);
    intel::settle_quotas_of_some(road, files);
  }
  intel::settle_schedule_of_vfs(road, files);
  intel::settle_pf(road, files, Kind::schedule);
  raise_priority(road, files);
  if (road.count(pf.address) == 0) {
    settle_automatic(road, files);
  }
  road.vf_vectors(pf.address);
  road.vf_drivers(pf.address);
  road.close_bracket(pf.address);
}

class IntelI915 final : public Backend {
 public:
  [[nodiscard]] std::string_view name() const override { return "intel-i915"; }
  [[nodiscard]] std::span<const Attr> attrs() const override { return intel_i915::kAttrs; }
  [[nodiscard]] bool manages(const Kernel& kernel, const Gpu& gpu) const override {
    constexpr std::string_view kDriver = "i915";
    return gpu.total_vfs && gpu.driver == kDriver && !card_of(kernel, gpu.address).empty();
  }
  [[nodiscard]] GpuFacts facts(const Kernel& kernel, const Gpu& gpu) const override {
    GpuFacts facts{.gpu = gpu,
                   .backend = std::string(name()),
                   .offers = {vf_driver_offer()},
                   .vram_total = stocks_of(gpu).vram};
    const std::string card = card_of(kernel, gpu.address);
    add_offers(kernel, card, false, facts);
    offer_priority(kernel, files_of(gpu, card), facts);
    return facts;
  }
  void ask_dear(const Kernel& kernel, GpuFacts& facts) const override {
    ask_vectors(kernel, facts);
    add_offers(kernel, card_of(kernel, facts.gpu.address), true, facts);
  }
  [[nodiscard]] State probe(const Kernel& kernel, const Unit& unit, Depth depth) const override {
    State state;
    for (const Gpu& pf : unit.gpus) {
      probe_pci(kernel, pf, depth, state);
      record(kernel, pf, state);
    }
    return state;
  }
  [[nodiscard]] std::vector<Error> fits(const Kernel& kernel,
                                        const GpuFacts& facts,
                                        const State& now,
                                        const Desired& desired) const override {
    const Files files = files_of(facts.gpu, card_of(now, facts.gpu.address));
    std::vector<Error> faults = fits_pci(kernel, facts, now, desired);
    intel::Stocks stocks = stocks_of(facts.gpu);
    intel::narrow(stocks, files, now, left_of(kernel, files));
    std::ranges::move(intel::fits(facts.gpu, files, stocks, now, desired),
                      std::back_inserter(faults));
    std::ranges::move(priority_fits(facts.gpu, desired), std::back_inserter(faults));
    return faults;
  }
  [[nodiscard]] std::vector<Finding> remarks(const Kernel& kernel,
                                             const Gpu& gpu,
                                             const State& state) const override {
    const Files files = files_of(gpu, card_of(state, gpu.address));
    std::vector<Finding> all = intel::bar_space(kernel, gpu, files, state);
    std::ranges::move(intel::end_of_sharing(files, state), std::back_inserter(all));
    return all;
  }
  void mark_own(const Gpu& gpu, State& record) const override {
    for (auto& [place, value] : record) {
      const Attr* const attr = find_attr(std::array{attrs()}, place);
      const bool ours = attr != nullptr && match(*attr, place)->gpu == gpu.address;
      const bool first = ours && (intel::is_first_value(*attr, value) ||
                                  (attr->spelled != nullptr && value.text() == "0"));
      value.origin = first && value.origin != Origin::set ? Origin::own : value.origin;
    }
  }
  [[nodiscard]] State complete(const Unit& unit,
                               const State& now,
                               std::span<const Desired> desired) const override {
    State target = now;
    for (const Desired& one : desired) {
      const Gpu& pf = gpu_of(unit, one.gpu);
      const Files files = files_of(pf, card_of(now, pf.address));
      complete_pci(pf, now, one, target);
      intel::complete_vfs(files, pf, now, one, target);
      intel::complete_pf(files, now, one, target);
      complete_automatic(files, pf, now, one, target);
      complete_priority(files, now, one, target);
    }
    return target;
  }
  [[nodiscard]] UnitPlan lower(const Unit& unit,
                               const State& now,
                               const State& want) const override {
    Road road(unit, now, want, attrs());
    for (const Gpu& pf : unit.gpus) {
      lower_pf(road, pf);
    }
    return std::move(road).plan();
  }
};

}  // namespace

const Backend& intel_i915_backend() {
  static const IntelI915 backend;
  return backend;
}

}  // namespace vfmgr
