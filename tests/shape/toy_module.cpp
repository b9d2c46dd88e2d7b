// SPDX-License-Identifier: Apache-2.0
#include "toy_module.hpp"

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
#include "core/settings.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::shape {

namespace {

constexpr Milliseconds kReloadLimit{60000};

Place module_place() {
  return pci::named(pci::kModule, std::string(module::kModule));
}

std::string loaded_with(std::uint32_t vfs) {
  return "loaded vfs=" + std::to_string(vfs);
}

Place directory(const PciAddress& pf, std::uint32_t index) {
  Place place = pci::of(pci::kVf, pf, vf_at(index));
  place.as = As::text;
  return place;
}

/// What a load or an unload does to every GPU of the unit.
void moves_all(
    Change& change, const Road& road, const Unit& unit, const Value& driver, std::uint32_t vfs) {
  for (const Gpu& gpu : unit.gpus) {
    const Place count = pci::of(pci::kVfCount, gpu.address);
    Place below = count;
    below.as = As::text;
    change.wipes.push_back(below);
    for (std::uint32_t index = 0; index < road.count(gpu.address); ++index) {
      change.disturbs.push_back(directory(gpu.address, index));
    }
    change.effects.push_back(
        {.at = pci::of(pci::kPfDriver, gpu.address), .before = {}, .expect = driver});
    change.effects.push_back(
        {.at = count, .before = {}, .expect = text_value(std::to_string(vfs))});
  }
}

void unload(Road& road, const Unit& unit) {
  Change change{.what = "module",
                .reason = "its driver makes VFs only when it is loaded",
                .to_value = std::string("none"),
                .to = module_place(),
                .bytes = {.text = "unload"},
                .effects = {{.at = module_place(), .before = {}, .expect = absent_value()}},
                .blocking = Blocking::can_hang,
                .limit = kReloadLimit};
  moves_all(change, road, unit, absent_value(), 0);
  road.change(std::move(change));
}

void load(Road& road, const Unit& unit, const Value& module) {
  const std::string arguments = module.text().substr(std::string_view("loaded").size());
  const std::uint32_t vfs = road.wanted_count(unit.gpus.front().address);
  Change change{.what = "vfs",
                .source = module.source,
                .to_value = static_cast<std::uint64_t>(vfs),
                .to = module_place(),
                .bytes = {.text = "load" + arguments},
                .effects = {{.at = module_place(), .before = {}, .expect = module}},
                .blocking = Blocking::can_hang,
                .limit = kReloadLimit};
  moves_all(change, road, unit, text_value(std::string(module::kDriver)), vfs);
  road.change(std::move(change));
}

bool as_wanted(const Road& road, const Place& place) {
  const Value* const want = road.wanted(place);
  const auto here = road.now().find(place);
  return want == nullptr || (here != road.now().end() && here->second.is == want->is);
}

bool must_reload(const Road& road, const Unit& unit) {
  return !as_wanted(road, module_place()) || std::ranges::any_of(unit.gpus, [&](const Gpu& gpu) {
    return !as_wanted(road, pci::of(pci::kPfDriver, gpu.address)) ||
           road.count(gpu.address) != road.wanted_count(gpu.address);
  });
}

void reload(Road& road, const Unit& unit) {
  for (const Gpu& gpu : unit.gpus) {
    road.set(pci::kAutoprobe,
             {.gpu = gpu.address, .vf = {}, .name = {}},
             text_value("0"),
             {.reason = "the host keeps its hands off new VFs"});
    for (std::uint32_t index = 0; index < road.count(gpu.address); ++index) {
      road.release({.pf = gpu.address, .vf = vf_at(index)});
    }
  }
  const auto here = road.now().find(module_place());
  if (here != road.now().end() && !here->second.absent()) {
    unload(road, unit);
  }
  const Value* const module = road.wanted(module_place());
  if (module != nullptr && !module->absent() && !module->unreadable()) {
    load(road, unit, *module);
  }
}

class ToyModule final : public Backend {
 public:
  [[nodiscard]] std::string_view name() const override { return "toy-module"; }
  [[nodiscard]] std::span<const Attr> attrs() const override { return module::kAttrs; }
  [[nodiscard]] bool manages(const Kernel& /*kernel*/, const Gpu& gpu) const override {
    // Its module may not be loaded: there is nothing else to know it by.
    return gpu.total_vfs && gpu.vendor_id == module::kVendor && gpu.device_id == module::kDevice;
  }
  [[nodiscard]] GpuFacts facts(const Kernel& /*kernel*/, const Gpu& gpu) const override {
    return {.gpu = gpu, .backend = std::string(name()), .offers = {vf_driver_offer()}};
  }
  [[nodiscard]] std::vector<Unit> units(const Kernel& /*kernel*/,
                                        std::span<const Gpu> gpus) const override {
    if (gpus.empty()) {
      return {};
    }
    Unit unit{.gpus = {gpus.begin(), gpus.end()}, .why_together = {}};
    if (unit.gpus.size() > 1) {
      unit.why_together = "one module makes the VFs of all of them";
    }
    return {std::move(unit)};
  }
  [[nodiscard]] State probe(const Kernel& kernel, const Unit& unit, Depth depth) const override {
    State state;
    for (const Gpu& pf : unit.gpus) {
      probe_pci(kernel, pf, depth, state);
    }
    state[module_place()] = observe(kernel, module_place());
    return state;
  }
  [[nodiscard]] std::vector<Error> fits(const Kernel& kernel,
                                        const GpuFacts& facts,
                                        const State& now,
                                        const Desired& desired) const override {
    return fits_pci(kernel, facts, now, desired);
  }
  [[nodiscard]] std::vector<Error> fits_together(const Unit& unit,
                                                 const State& now,
                                                 std::span<const Desired> desired) const override {
    const State target = complete(unit, now, desired);
    const auto count = recorded_count(target, unit.gpus.front().address);
    for (const Gpu& gpu : unit.gpus) {
      if (recorded_count(target, gpu.address) == count) {
        continue;
      }
      Error error{.kind = ErrorKind::does_not_fit,
                  .subject = to_string(gpu.address),
                  .value = std::to_string(recorded_count(target, gpu.address).value_or(0)),
                  .why = "it would have other than the " + std::to_string(count.value_or(0)) +
                         " VFs of " + to_string(unit.gpus.front().address) + ", and " +
                         unit.why_together,
                  .help = "give all GPUs of this driver the same 'vfs'"};
      const auto wish = std::ranges::find(desired, gpu.address, &Desired::gpu);
      const Spot& spot = wish == desired.end() ? desired.front().vfs_where : wish->vfs_where;
      if (spot.line != 0) {
        error.spot = spot;
      }
      return {std::move(error)};
    }
    return {};
  }
  [[nodiscard]] State complete(const Unit& unit,
                               const State& now,
                               std::span<const Desired> desired) const override {
    State target = now;
    for (const Desired& one : desired) {
      complete_pci(gpu_of(unit, one.gpu), now, one, target);
    }
    for (const Gpu& gpu : unit.gpus) {
      const auto count = recorded_count(target, gpu.address);
      if (count != recorded_count(now, gpu.address)) {
        Value& module = target[module_place()];
        module = text_value(loaded_with(count.value_or(0)));
        module.source = target[pci::of(pci::kVfCount, gpu.address)].source;
      }
    }
    if (target[module_place()].is != now.at(module_place()).is) {
      for (const Gpu& gpu : unit.gpus) {
        target[pci::of(pci::kPfDriver, gpu.address)] = text_value(std::string(module::kDriver));
      }
    }
    return target;
  }
  [[nodiscard]] UnitPlan lower(const Unit& unit,
                               const State& now,
                               const State& want) const override {
    Road road(unit, now, want, attrs());
    if (must_reload(road, unit)) {
      reload(road, unit);
    }
    for (const Gpu& gpu : unit.gpus) {
      road.vf_drivers(gpu.address);
      road.close_bracket(gpu.address);
    }
    return std::move(road).plan();
  }
};

}  // namespace

const Backend& toy_module_backend() {
  static const ToyModule backend;
  return backend;
}

}  // namespace vfmgr::shape
