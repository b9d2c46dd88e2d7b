// SPDX-License-Identifier: Apache-2.0
#include "backends/amd_gim/run_time.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/amd_gim/attrs.hpp"
#include "backends/amd_gim/cards.hpp"
#include "backends/amd_gim/shares.hpp"
#include "backends/pci_record.hpp"
#include "backends/toolkit.hpp"
#include "core/attributes.hpp"
#include "core/numbers.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace vfmgr::amd_gim {

namespace {

Place count_place(const Gpu& gpu) {
  return pci::of(kRunTimeCount, gpu.address);
}

bool is_told(const Value& value) {
  return value.match == Match::exact && !value.text().empty();
}

bool names_memory(std::span<const Desired> desired, const Gpu& gpu, std::uint32_t count) {
  const auto wish = std::ranges::find(desired, gpu.address, &Desired::gpu);
  for (std::uint32_t index = 0; wish != desired.end() && index < count; ++index) {
    if (given_for(wish->of(vf_at(index)), Key::vram) != nullptr) {
      return true;
    }
  }
  return false;
}

}  // namespace

void record_run_time_counts(const Kernel& kernel, const Unit& unit, State& state) {
  for (const Gpu& gpu : unit.gpus) {
    const bool driven = recorded_text(state, pci::of(pci::kPfDriver, gpu.address)) == kDriver;
    state[count_place(gpu)] = driven ? observe(kernel, count_place(gpu)) : absent_value();
    const Place loaded = pci::of(kLoadedCount, gpu.address);
    if (Value value = observe(kernel, loaded); !value.text().empty()) {
      value.origin = Origin::own;
      state[loaded] = std::move(value);
    }
  }
}

bool can_recount_at_run_time(const Unit& unit,
                             const State& now,
                             const State& target,
                             std::span<const Desired> desired) {
  return std::ranges::all_of(unit.gpus, [&](const Gpu& gpu) {
    const std::uint32_t before = recorded_count(now, gpu.address).value_or(0);
    const std::uint32_t after = recorded_count(target, gpu.address).value_or(0);
    if (before == 0 || after == 0 || before == after) {
      return before != 0 && after != 0;
    }
    const Card* const card = card_of(gpu.device_id);
    return card != nullptr && card->dies == 0 &&
           (!now.contains(count_place(gpu)) ||
            recorded_text(now, count_place(gpu)) == std::to_string(before)) &&
           !names_memory(desired, gpu, after) && !has_free_memory(gpu, now);
  });
}

bool asked_library(const Unit& unit, const State& now) {
  return std::ranges::all_of(unit.gpus,
                             [&now](const Gpu& gpu) { return now.contains(count_place(gpu)); });
}

void complete_run_time_counts(const Unit& unit, const State& now, bool reloads, State& target) {
  for (const Gpu& gpu : unit.gpus) {
    const auto here = now.find(count_place(gpu));
    if (here == now.end() || here->second.unreadable()) {
      continue;  // it was not looked at, or is another library
    }
    const std::uint32_t count = recorded_count(target, gpu.address).value_or(0);
    const bool unloaded = recorded_text(target, pci::of(pci::kPfDriver, gpu.address)).empty();
    if (unloaded) {
      target[count_place(gpu)] = absent_value();
    } else if (reloads) {
      target[count_place(gpu)] = guess();  // by what it is loaded with
    } else if (is_told(here->second)) {
      target[count_place(gpu)] = text_value(std::to_string(count));
    }
  }
}

bool had_at_run_time(const Road& road, const Gpu& gpu) {
  const Value* const wanted = road.wanted(count_place(gpu));
  return wanted != nullptr && is_told(*wanted);
}

std::optional<std::uint32_t> loaded_with(const Road& road, const Gpu& gpu) {
  const auto count = decimal(road.text_wanted(pci::of(kLoadedCount, gpu.address)));
  return count ? std::optional(static_cast<std::uint32_t>(*count)) : std::nullopt;
}

bool has_others_than_loaded(const Road& road, const Unit& unit) {
  return std::ranges::any_of(unit.gpus, [&road](const Gpu& gpu) {
    const std::string loaded = road.text_now(pci::of(kLoadedCount, gpu.address));
    return !loaded.empty() && loaded != std::to_string(road.count(gpu.address));
  });
}

bool comes_at_run_time(const Road& road, const Gpu& gpu) {
  return had_at_run_time(road, gpu) && !road.text_now(count_place(gpu)).empty() &&
         road.count(gpu.address) > 0 && road.wanted_count(gpu.address) > 0;
}

void recount_at_run_time(Road& road, const Gpu& gpu) {
  const PciAddress& pf = gpu.address;
  const std::uint32_t from = road.count(pf);
  const std::uint32_t to = road.wanted_count(pf);
  if (from == to || !comes_at_run_time(road, gpu)) {
    return;
  }
  road.set(pci::kAutoprobe,
           {.gpu = pf, .vf = {}, .name = {}},
           text_value("0"),
           {.reason = "the host keeps its hands off new VFs"});
  for (std::uint32_t index = 0; index < from; ++index) {
    road.release({.pf = pf, .vf = vf_at(index)});
  }
  const Place counted = pci::of(pci::kVfCount, pf);
  const Value* const target = road.wanted(counted);
  Place vfs = counted;
  vfs.as = As::text;
  Change change{
      .what = "vfs",
      .reason = "while its driver runs, through AMD's library",
      .source = target == nullptr ? std::string() : target->source,
      .gpu = pf,
      .from = std::uint64_t{from},
      .to_value = std::uint64_t{to},
      .to = count_place(gpu),
      .bytes = {.text = std::to_string(to)},
      .effects = {{.at = counted, .before = {}, .expect = text_value(std::to_string(to))},
                  {.at = count_place(gpu), .before = {}, .expect = text_value(std::to_string(to))}},
      .wipes = {vfs, pci::of(kSlices, pf), pci::of(kFramebuffers, pf)},
      .disturbs = directories_of_vfs(road, pf),
      .blocking = Blocking::can_hang,
      .limit = kCountLimit};
  add_fresh_overrides(change, pf, to);
  road.change(std::move(change));
}

void add_run_time_count(const Road& road,
                        const Gpu& gpu,
                        std::optional<std::uint32_t> vfs,
                        Change& change) {
  const auto here = road.now().find(count_place(gpu));
  const bool there = here != road.now().end() && !here->second.unreadable();
  if (!vfs && there) {
    change.effects.push_back({.at = count_place(gpu), .before = {}, .expect = absent_value()});
  } else if (vfs && (there || had_at_run_time(road, gpu))) {
    change.effects.push_back(
        {.at = count_place(gpu),
         .before = {},
         .expect = had_at_run_time(road, gpu) ? guess(std::to_string(*vfs)) : guess()});
  }
}

}  // namespace vfmgr::amd_gim
