// SPDX-License-Identifier: Apache-2.0
#include "backends/amd_gim/reload.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/amd_gim/at_load.hpp"
#include "backends/amd_gim/attrs.hpp"
#include "backends/amd_gim/config_text.hpp"
#include "backends/amd_gim/module.hpp"
#include "backends/amd_gim/run_time.hpp"
#include "backends/amd_gim/shares.hpp"
#include "backends/pci_record.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "pci/attrs.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::amd_gim {

namespace {

Place directory(const PciAddress& pf) {
  Place place = pci::of(pci::kVfCount, pf);
  place.as = As::text;
  return place;
}

/// Where a GPU shows its modes and shares: gone with the driver.
void add_wipes(const Unit& unit, Change& change) {
  for (const Gpu& gpu : unit.gpus) {
    change.wipes.push_back(directory(gpu.address));
    for (const Attr* const attr :
         {&kMemoryMode, &kProfile, &kSlices, &kFramebuffers, &kLoadedCount}) {
      change.wipes.push_back(pci::of(*attr, gpu.address));
    }
  }
}

/// What a load or an unload does to every GPU of the unit. `made`: how many VFs a load makes.
void moves_all(Change& change, const Road& road, const Unit& unit, const Counts& made) {
  const bool loads = !made.empty();
  add_wipes(unit, change);
  for (const Gpu& gpu : unit.gpus) {
    const std::uint32_t vfs = loads ? made.at(gpu.address) : 0;
    add_run_time_count(road, gpu, loads ? std::optional(vfs) : std::nullopt, change);
    change.effects.push_back({.at = pci::of(pci::kPfDriver, gpu.address),
                              .before = {},
                              .expect = loads ? text_value(std::string(kDriver)) : absent_value()});
    add_count(change, road, gpu.address, vfs);
    for (const Attr* const mode : {&kMemoryModeNow, &kComputeModeNow}) {
      const Place place = pci::of(*mode, gpu.address);
      if (const Value* const wanted = road.wanted(place); wanted != nullptr && loads) {
        change.effects.push_back({.at = place,
                                  .before = {},
                                  .expect = wanted->absent() ? guess() : guess(wanted->text())});
      } else if (!loads && road.now().contains(place)) {
        change.effects.push_back({.at = place, .before = {}, .expect = absent_value()});
      }
    }
  }
}

void unload(Road& road, const Unit& unit) {
  Change change = unload_of(road, unit);
  if (has_others_than_loaded(road, unit)) {
    // Who has to load it as it had been loaded writes its file for that.
    change.effects.push_back(
        {.at = config_place(), .before = {}, .expect = guess(road.text_now(config_place()))});
  }
  moves_all(change, road, unit, {});
  road.change(std::move(change));
}

void load(Road& road, const Unit& unit, const Value& module) {
  const Counts made = counts_at_load(road, unit);
  std::uint64_t vfs = 0;
  for (const auto& [gpu, count] : made) {
    vfs += count;
  }
  Change change = load_of(road, module, vfs);
  moves_all(change, road, unit, made);
  road.change(std::move(change));
}

}  // namespace

std::vector<std::uint32_t> counts_of(const State& state, const Unit& unit) {
  std::vector<std::uint32_t> counts;
  counts.reserve(unit.gpus.size());
  for (const Gpu& gpu : unit.gpus) {
    counts.push_back(recorded_count(state, gpu.address).value_or(0));
  }
  return counts;
}

void complete_module(const Unit& unit, const State& now, const Kept& kept, State& target) {
  const std::vector<std::uint32_t> counts = counts_of(target, unit);
  const bool none = std::ranges::all_of(counts, [](std::uint32_t count) { return count == 0; });
  const std::string source = target[pci::of(pci::kVfCount, unit.gpus.front().address)].source;
  Value& module = target[module_place()];
  module = none ? absent_value() : text_value("loaded vf_num=" + kept.vf_num);
  module.source = source;
  for (const Gpu& gpu : unit.gpus) {
    const Place driver = pci::of(pci::kPfDriver, gpu.address);
    const bool ours = recorded_text(now, driver) == kDriver || recorded_text(now, driver).empty();
    if (ours) {
      target[driver] = none ? absent_value() : text_value(std::string(kDriver));
    }
  }
  if (!none) {
    std::string text = config_text(kept);
    text.pop_back();  // as a place is observed
    target[config_place()] = guess(std::move(text));
  }
}

void keep_counts(const Unit& unit, const State& now, State& target) {
  const auto file = now.find(config_place());
  if (file == now.end() || file->second.unreadable()) {
    return;
  }
  const auto before = kept_in(file->second.text());
  Kept kept = before.value_or(Kept{});
  kept.vf_num = vf_num_of(counts_of(target, unit));
  if (before == kept) {
    return;
  }
  std::string text = config_text(kept);
  text.pop_back();  // as a place is observed
  target[config_place()] = text_value(std::move(text));
}

void leave_file_to_driver(State& target) {
  Value& file = target[config_place()];
  if (!file.absent() && !file.unreadable()) {
    file.match = Match::any;
    file.origin = Origin::own;
  }
}

bool must_reload(const Road& road, const Unit& unit) {
  // On the way back from a run that did not reload it the module is no part of what is wanted.
  const bool may_come_anew = road.wanted(module_place()) != nullptr;
  return !as_wanted(road, module_place()) || std::ranges::any_of(unit.gpus, [&](const Gpu& gpu) {
    const bool counted = road.count(gpu.address) == road.wanted_count(gpu.address);
    return !as_wanted(road, pci::of(pci::kPfDriver, gpu.address)) ||
           (!counted && !comes_at_run_time(road, gpu)) ||
           (may_come_anew && would_keep_rows(road, gpu));
  });
}

void reload(Road& road, const Unit& unit) {
  release_vfs(road, unit);
  const auto here = road.now().find(module_place());
  if (here != road.now().end() && !here->second.absent()) {
    unload(road, unit);
  }
  write_config(road, file_at_load(road, unit));
  const Value* const module = road.wanted(module_place());
  if (module != nullptr && !module->absent() && !module->unreadable()) {
    load(road, unit, *module);
  }
}

}  // namespace vfmgr::amd_gim
