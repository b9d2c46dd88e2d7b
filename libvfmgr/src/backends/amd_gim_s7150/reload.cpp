// SPDX-License-Identifier: Apache-2.0
#include "backends/amd_gim_s7150/reload.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/state.hpp"

#include "backends/amd_gim/module.hpp"
#include "backends/amd_gim_s7150/attrs.hpp"
#include "backends/amd_gim_s7150/config_text.hpp"
#include "backends/pci_record.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "pci/attrs.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

namespace vfmgr::amd_gim_s7150 {

namespace {

/// Everything that begins as a place does.
Place all_below(Place place) {
  place.as = As::text;
  return place;
}

/// What a load or an unload does to every GPU of the unit.
void moves_all(Change& change, const Road& road, const Unit& unit, bool loads) {
  for (const Gpu& gpu : unit.gpus) {
    for (const Attr* const attr : {&pci::kVfCount, &kGetVf, &kRelVf}) {
      change.wipes.push_back(all_below(pci::of(*attr, gpu.address)));
    }
    change.wipes.push_back({.in = In::sys, .path = pci::of(pci::kConfig, gpu.address).path + "/"});
    amd_gim::add_count(change, road, gpu.address, loads ? road.wanted_count(gpu.address) : 0);
  }
}

void unload(Road& road, const Unit& unit) {
  Change change = amd_gim::unload_of(road, unit);
  moves_all(change, road, unit, false);
  road.change(std::move(change));
}

void load(Road& road, const Unit& unit, const Value& module) {
  std::uint64_t vfs = 0;
  for (const Gpu& gpu : unit.gpus) {
    vfs += road.wanted_count(gpu.address);
  }
  Change change = amd_gim::load_of(road, module, vfs);
  moves_all(change, road, unit, true);
  road.change(std::move(change));
}

}  // namespace

std::uint32_t count_in(const State& state, const Gpu& gpu) {
  return recorded_count(state, gpu.address).value_or(0);
}

bool recounts(const Unit& unit, const State& now, const State& target) {
  return std::ranges::any_of(
      unit.gpus, [&](const Gpu& gpu) { return count_in(now, gpu) != count_in(target, gpu); });
}

void complete_module(const Unit& unit, const State& now, State& target) {
  std::uint32_t vfs = 0;
  for (const Gpu& gpu : unit.gpus) {
    vfs = std::max(vfs, count_in(target, gpu));
  }
  const std::string source = target[pci::of(pci::kVfCount, unit.gpus.front().address)].source;
  Value& module = target[module_place()];
  module = vfs == 0 ? absent_value() : text_value("loaded vf_num=" + std::to_string(vfs));
  module.source = source;
  if (vfs > 0) {
    Config config = config_in(recorded_text(now, config_place()));
    config.set(Option::vf_num, vfs);
    std::string text = config_text(config);
    text.pop_back();  // as a place is observed
    target[config_place()] = guess(std::move(text));
  }
}

bool must_reload(const Road& road, const Unit& unit) {
  return !as_wanted(road, module_place()) || std::ranges::any_of(unit.gpus, [&](const Gpu& gpu) {
    return road.count(gpu.address) != road.wanted_count(gpu.address);
  });
}

void reload(Road& road, const Unit& unit) {
  amd_gim::release_vfs(road, unit);
  const auto here = road.now().find(module_place());
  if (here != road.now().end() && !here->second.absent()) {
    unload(road, unit);
  }
  amd_gim::write_config(road, road.text_wanted(config_place()));
  const Value* const module = road.wanted(module_place());
  if (module != nullptr && !module->absent() && !module->unreadable()) {
    load(road, unit, *module);
  }
}

}  // namespace vfmgr::amd_gim_s7150
