// SPDX-License-Identifier: Apache-2.0
#include "backends/amd_gim/module.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/amd_gim/attrs.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::amd_gim {

namespace {

constexpr std::string_view kParameter = " vf_num=";
/// Of the S7150's (gim_config.c: COMMAND_LINE_OPTION_DEFAULT), as the kernel prints it: nothing was
/// given.
constexpr std::string_view kNotGiven = "4294967295";

}  // namespace

Place module_place() {
  return pci::named(pci::kModule, std::string(kModule));
}
Place config_place() {
  return place_of(kGimConfig, {});
}

bool may_be_here(const Kernel& kernel) {
  return !observe(kernel, module_place()).absent() ||
         !observe(kernel, place_of(kModuleFile, {})).absent();
}

std::vector<Unit> unit_of_all(std::span<const Gpu> gpus) {
  if (gpus.empty()) {
    return {};
  }
  Unit unit{.gpus = {gpus.begin(), gpus.end()}, .why_together = {}};
  if (unit.gpus.size() > 1) {
    unit.why_together = "one module, gim, makes the VFs of all of them when it is loaded";
  }
  return {std::move(unit)};
}

std::string vf_num_in(const std::string& module) {
  const std::size_t at = module.find(kParameter);
  const std::size_t from = at == std::string::npos ? module.size() : at + kParameter.size();
  std::string const number = module.substr(from, module.find(' ', from) - from);
  return number == kNotGiven ? std::string() : number;
}

bool as_wanted(const Road& road, const Place& place) {
  const Value* const want = road.wanted(place);
  const auto here = road.now().find(place);
  return want == nullptr || (here != road.now().end() && here->second.is == want->is);
}

Change unload_of(const Road& road, const Unit& unit) {
  std::uint64_t vfs = 0;
  for (const Gpu& gpu : unit.gpus) {
    vfs += road.count(gpu.address);
  }
  return {.what = vfs > 0 ? "vfs" : "module",
          .reason = "its driver makes VFs only when it is loaded",
          .from = vfs > 0 ? Setting(vfs) : Setting(),
          .to_value = vfs > 0 ? Setting(std::uint64_t{0}) : Setting(std::string("none")),
          .to = module_place(),
          .bytes = {.text = "unload"},
          .effects = {{.at = module_place(), .before = {}, .expect = absent_value()}},
          .blocking = Blocking::can_hang,
          .limit = kReloadLimit,
          .danger = Danger::driver_reload};
}

Change load_of(const Road& road, const Value& module, std::uint64_t vfs) {
  const std::string vf_num = vf_num_in(module.text());
  return {.what = "vfs",
          .source = module.source,
          .from = std::uint64_t{0},
          .to_value = vfs,
          .to = module_place(),
          .bytes = {.text = vf_num.empty() ? "load" : "load vf_num=" + vf_num},
          // It writes the file as it has read it, and was told.
          .effects = {{.at = module_place(), .before = {}, .expect = module},
                      {.at = config_place(),
                       .before = {},
                       .expect = guess(road.text_now(config_place()))}},
          .blocking = Blocking::can_hang,
          .limit = kReloadLimit};
}

void add_count(Change& change, const Road& road, const PciAddress& pf, std::uint32_t vfs) {
  std::ranges::move(directories_of_vfs(road, pf), std::back_inserter(change.disturbs));
  change.effects.push_back(
      {.at = pci::of(pci::kVfCount, pf), .before = {}, .expect = text_value(std::to_string(vfs))});
  add_fresh_overrides(change, pf, vfs);
}

void release_vfs(Road& road, const Unit& unit) {
  for (const Gpu& gpu : unit.gpus) {
    road.set(pci::kAutoprobe,
             {.gpu = gpu.address, .vf = {}, .name = {}},
             text_value("0"),
             {.reason = "the host keeps its hands off new VFs"});
    for (std::uint32_t index = 0; index < road.count(gpu.address); ++index) {
      road.release({.pf = gpu.address, .vf = vf_at(index)});
    }
  }
}

void write_config(Road& road, const std::string& text) {
  const Value* const wanted = road.wanted(config_place());
  if (wanted == nullptr || wanted->unreadable()) {
    return;
  }
  if (!wanted->absent()) {
    road.set(kGimConfig,
             {},
             text_value(text),
             {.reason = "the driver reads it when it is loaded", .bytes = text + "\n"});
  } else if (wanted->match == Match::exact) {
    road.set(kGimConfig, {}, absent_value(), {.reason = "there was none", .bytes = std::string()});
  }
}

void settle_config(Road& road) {
  const Value* const wanted = road.wanted(config_place());
  if (wanted != nullptr && wanted->match == Match::exact && !wanted->absent()) {
    write_config(road, wanted->text());
  }
}

}  // namespace vfmgr::amd_gim
