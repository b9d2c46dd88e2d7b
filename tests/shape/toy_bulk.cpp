// SPDX-License-Identifier: Apache-2.0
#include "toy_bulk.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "backends/pci_record.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "core/settings.hpp"
#include "core/shown.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "toy_wish.hpp"

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

namespace vfmgr::shape {

namespace {

/// A number of every VF's with the file that sets it for all at once.
struct Column {
  VfNumber one;
  const Attr* all;
  bool one_by_one;  ///< whether a VF's own file can be written, too
};
constexpr std::array kColumns{
    Column{.one = {.key = Key::exec_quantum, .attr = &bulk::kQuantum, .first = bulk::kFirstQuantum},
           .all = &bulk::kAllQuantum,
           .one_by_one = false},
    Column{
        .one = {.key = Key::preempt_timeout, .attr = &bulk::kTimeout, .first = bulk::kFirstTimeout},
        .all = &bulk::kAllTimeout,
        .one_by_one = true}};

/// A file that moves all VFs at once can't give them different numbers, and can't spare one.
std::optional<Error> uneven(const VfNumber& number,
                            const Gpu& pf,
                            const State& now,
                            const Desired& desired) {
  const std::uint32_t count = desired_count(desired, now, pf);
  const Given* const first = count == 0 ? nullptr : given(desired, 0, number.key);
  for (std::uint32_t index = 1; index < count; ++index) {
    const Given* const other = given(desired, index, number.key);
    const bool same = (first == nullptr) == (other == nullptr) &&
                      (first == nullptr || first->value == other->value);
    if (!same) {
      return Error{.kind = ErrorKind::unsupported,
                   .subject = to_string(pf.address),
                   .why = "this driver gives all VFs of a GPU the same '" +
                          std::string(number.attr->name) + "'",
                   .help = "give every VF the same, or none",
                   .spot = other != nullptr ? other->where : first->where};
    }
  }
  return std::nullopt;
}

/// What all VFs that exist and are not left alone are to be brought to; none: not all to the same.
const Value* in_common(const Road& road, const Column& column, const PciAddress& pf) {
  const Value* common = nullptr;
  for (std::uint32_t index = 0; index < road.count(pf); ++index) {
    const Value* const target = road.to_settle(place_of(column.one, pf, index));
    if (target == nullptr && column.one_by_one) {
      return nullptr;
    }
    if (target == nullptr) {
      continue;
    }
    if (common != nullptr && common->is != target->is) {
      return nullptr;
    }
    common = target;
  }
  return common;
}

/// How many VFs do not read what they are to be brought to.
std::uint32_t strays(const Road& road, const Column& column, const PciAddress& pf) {
  std::uint32_t found = 0;
  for (std::uint32_t index = 0; index < road.count(pf); ++index) {
    const Place place = place_of(column.one, pf, index);
    const Value* const target = road.to_settle(place);
    const auto here = road.now().find(place);
    if (target != nullptr && (here == road.now().end() || here->second.is != target->is)) {
      ++found;
    }
  }
  return found;
}

void settle_all(Road& road, const Column& column, const PciAddress& pf) {
  const Value* const common = in_common(road, column, pf);
  const std::uint32_t differ = strays(road, column, pf);
  const bool at_once = common != nullptr && (column.one_by_one ? differ > 1 : differ > 0);
  if (at_once) {
    Change change{.what = std::string(column.all->name),
                  .source = common->source,
                  .gpu = pf,
                  .to_value = setting_of(*column.one.attr, *common),
                  .to = vfmgr::place_of(*column.all, {.gpu = pf, .vf = {}, .name = {}}),
                  .bytes = {.text = common->text()}};
    for (std::uint32_t index = 0; index < road.count(pf); ++index) {
      change.effects.push_back({.at = place_of(column.one, pf, index),
                                .before = {},
                                .expect = text_value(common->text())});
    }
    road.change(std::move(change));
  } else if (column.one_by_one) {
    for (std::uint32_t index = 0; index < road.count(pf); ++index) {
      road.settle(*column.one.attr, holes_of(pf, index));
    }
  }
}

Redraws redraws(const Road& road, const PciAddress& pf) {
  Redraws drawn;
  for (const Column& column : kColumns) {
    for (std::uint32_t index = 0; index < road.count(pf); ++index) {
      drawn.on_disable[place_of(column.one, pf, index)] = absent_value();
    }
    for (std::uint32_t index = 0; index < road.wanted_count(pf); ++index) {
      drawn.on_enable[place_of(column.one, pf, index)] = guess(std::string(column.one.first));
    }
  }
  return drawn;
}

class ToyBulk final : public Backend {
 public:
  [[nodiscard]] std::string_view name() const override { return "toy-bulk"; }
  [[nodiscard]] std::span<const Attr> attrs() const override { return bulk::kAttrs; }
  [[nodiscard]] bool manages(const Kernel& kernel, const Gpu& gpu) const override {
    return gpu.total_vfs && kernel.list(pci::of(bulk::kFolder, gpu.address)).has_value();
  }
  [[nodiscard]] GpuFacts facts(const Kernel& /*kernel*/, const Gpu& gpu) const override {
    GpuFacts facts{.gpu = gpu,
                   .backend = std::string(name()),
                   .offers = {vf_driver_offer()},
                   .cannot = cannot_make_vfs(gpu)};
    for (const Column& column : kColumns) {
      facts.offers.push_back({.key = column.one.key,
                              .scope = kScopeVf,
                              .least = column.one.attr->unit,
                              .most = 1'000'000,
                              .read_from = std::string(bulk::kSource)});
    }
    return facts;
  }
  [[nodiscard]] State probe(const Kernel& kernel, const Unit& unit, Depth depth) const override {
    State state;
    for (const Gpu& pf : unit.gpus) {
      probe_pci(kernel, pf, depth, state);
      for (const Column& column : kColumns) {
        probe_number(column.one, kernel, pf, state);
      }
    }
    return state;
  }
  [[nodiscard]] std::vector<Error> fits(const Kernel& kernel,
                                        const GpuFacts& facts,
                                        const State& now,
                                        const Desired& desired) const override {
    std::vector<Error> faults = fits_pci(kernel, facts, now, desired);
    for (const Column& column : kColumns) {
      std::ranges::move(fits_number(column.one, facts.gpu, now, desired),
                        std::back_inserter(faults));
      if (!column.one_by_one) {
        if (auto fault = uneven(column.one, facts.gpu, now, desired)) {
          faults.push_back(std::move(*fault));
        }
      }
    }
    return faults;
  }
  [[nodiscard]] State complete(const Unit& unit,
                               const State& now,
                               std::span<const Desired> desired) const override {
    State target = now;
    for (const Desired& one : desired) {
      const Gpu& pf = gpu_of(unit, one.gpu);
      complete_pci(pf, now, one, target);
      for (const Column& column : kColumns) {
        complete_number(column.one, pf, recorded_count(now, pf.address).value_or(0), one, target);
      }
    }
    return target;
  }
  [[nodiscard]] UnitPlan lower(const Unit& unit,
                               const State& now,
                               const State& want) const override {
    Road road(unit, now, want, attrs());
    for (const Gpu& pf : unit.gpus) {
      road.recount(pf.address, {}, redraws(road, pf.address));
      for (const Column& column : kColumns) {
        settle_all(road, column, pf.address);
      }
      road.vf_drivers(pf.address);
      road.close_bracket(pf.address);
    }
    return std::move(road).plan();
  }
};

}  // namespace

const Backend& toy_bulk_backend() {
  static const ToyBulk backend;
  return backend;
}

}  // namespace vfmgr::shape
