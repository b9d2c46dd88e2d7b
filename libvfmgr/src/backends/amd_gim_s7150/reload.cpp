// SPDX-License-Identifier: Apache-2.0
#include "backends/amd_gim_s7150/reload.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/amd_gim_s7150/attrs.hpp"
#include "backends/amd_gim_s7150/config_text.hpp"
#include "backends/pci_record.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "pci/attrs.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr::amd_gim_s7150 {

namespace {

constexpr std::string_view kParameter = " vf_num=";
/// gim_config.c: COMMAND_LINE_OPTION_DEFAULT as the kernel prints it: nothing was given.
constexpr std::string_view kNotGiven = "4294967295";

/// "loaded vf_num=8 …": 8; empty: none was given.
std::string vf_num_in(const std::string& module) {
  const std::size_t at = module.find(kParameter);
  const std::size_t from = at == std::string::npos ? module.size() : at + kParameter.size();
  const std::string_view number =
      std::string_view(module).substr(from, module.find(' ', from) - from);
  return number == kNotGiven ? std::string() : std::string(number);
}

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
    std::ranges::move(directories_of_vfs(road, gpu.address), std::back_inserter(change.disturbs));
    const std::uint32_t vfs = loads ? road.wanted_count(gpu.address) : 0;
    change.effects.push_back({.at = pci::of(pci::kVfCount, gpu.address),
                              .before = {},
                              .expect = text_value(std::to_string(vfs))});
    add_fresh_overrides(change, gpu.address, vfs);
  }
}

/// Of all the unit's GPUs: one load or unload makes or takes them together.
template <class Count>
std::uint64_t sum(const Unit& unit, const Count& count) {
  std::uint64_t vfs = 0;
  for (const Gpu& gpu : unit.gpus) {
    vfs += count(gpu.address);
  }
  return vfs;
}

void unload(Road& road, const Unit& unit) {
  const std::uint64_t vfs = sum(unit, [&road](const PciAddress& pf) { return road.count(pf); });
  Change change{.what = vfs > 0 ? "vfs" : "module",
                .reason = "its driver makes VFs only when it is loaded",
                .from = vfs > 0 ? Setting(vfs) : Setting(),
                .to_value = vfs > 0 ? Setting(std::uint64_t{0}) : Setting(std::string("none")),
                .to = module_place(),
                .bytes = {.text = "unload"},
                .effects = {{.at = module_place(), .before = {}, .expect = absent_value()}},
                .blocking = Blocking::can_hang,
                .limit = kReloadLimit,
                .danger = Danger::driver_reload};
  moves_all(change, road, unit, false);
  road.change(std::move(change));
}

void load(Road& road, const Unit& unit, const Value& module) {
  const std::string vf_num = vf_num_in(module.text());
  Change change{
      .what = "vfs",
      .source = module.source,
      .from = std::uint64_t{0},
      .to_value = sum(unit, [&road](const PciAddress& pf) { return road.wanted_count(pf); }),
      .to = module_place(),
      .bytes = {.text = vf_num.empty() ? "load" : "load vf_num=" + vf_num},
      .effects = {{.at = module_place(), .before = {}, .expect = module}},
      .blocking = Blocking::can_hang,
      .limit = kReloadLimit};
  moves_all(change, road, unit, true);
  // It writes what it has read, and was told.
  change.effects.push_back(
      {.at = config_place(), .before = {}, .expect = guess(road.text_now(config_place()))});
  road.change(std::move(change));
}

bool as_wanted(const Road& road, const Place& place) {
  const Value* const want = road.wanted(place);
  const auto here = road.now().find(place);
  return want == nullptr || (here != road.now().end() && here->second.is == want->is);
}

/// The file as the driver is to find it: it writes over what is there without cutting it off
/// (gim_config.c:write_config_file).
void write_file(Road& road) {
  const Value* const wanted = road.wanted(config_place());
  if (wanted == nullptr || wanted->unreadable()) {
    return;
  }
  if (!wanted->absent()) {
    road.set(kGimConfig,
             {},
             text_value(wanted->text()),
             {.reason = "the driver reads it when it is loaded", .bytes = wanted->text() + "\n"});
  } else if (wanted->match == Match::exact) {
    road.set(kGimConfig, {}, absent_value(), {.reason = "there was none", .bytes = std::string()});
  }
}

}  // namespace

Place module_place() {
  return pci::named(pci::kModule, std::string(kModule));
}
Place config_place() {
  return place_of(kGimConfig, {});
}

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
  write_file(road);
  const Value* const module = road.wanted(module_place());
  if (module != nullptr && !module->absent() && !module->unreadable()) {
    load(road, unit, *module);
  }
}

void settle_file(Road& road) {
  const Value* const wanted = road.wanted(config_place());
  if (wanted != nullptr && wanted->match == Match::exact && !wanted->absent()) {
    write_file(road);
  }
}

}  // namespace vfmgr::amd_gim_s7150
