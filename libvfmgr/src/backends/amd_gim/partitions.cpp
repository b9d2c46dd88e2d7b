// SPDX-License-Identifier: Apache-2.0
#include "backends/amd_gim/partitions.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/amd_gim/attrs.hpp"
#include "backends/amd_gim/cards.hpp"
#include "backends/amd_gim/config_text.hpp"
#include "backends/amd_gim/modes.hpp"
#include "backends/pci_record.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::amd_gim {

namespace {

bool has_modes(const Gpu& gpu) {
  const Card* const card = card_of(gpu.device_id);
  return card != nullptr && card->dies > 0;
}

Place memory_of(const Gpu& gpu) {
  return pci::of(kMemoryModeNow, gpu.address);
}
Place compute_of(const Gpu& gpu) {
  return pci::of(kComputeModeNow, gpu.address);
}

Value word(std::string_view text, const std::string& where) {
  Value value = text_value(std::string(text));
  value.source = where;
  return value;
}

void disturb_all_vfs(const Road& road, const Unit& unit, Change& change) {
  for (const Gpu& gpu : unit.gpus) {
    std::ranges::move(directories_of_vfs(road, gpu.address), std::back_inserter(change.disturbs));
  }
}

/// The driver writes its file again after a mode was set.
void add_file(const Road& road, Change& change) {
  const Place file = place_of(kGimConfig, {});
  if (road.now().contains(file)) {
    change.effects.push_back({.at = file, .before = {}, .expect = guess()});
  }
}

void settle_memory(Road& road, const Unit& unit) {
  Change change{.what = std::string(kMemoryMode.name),
                .reason = "all GPUs of its hive are reset, and choose how their dies are grouped",
                .blocking = Blocking::can_hang,
                .limit = kResetLimit,
                .danger = Danger::reset};
  for (const Gpu& gpu : unit.gpus) {
    const Value* const wanted = road.to_settle(memory_of(gpu));
    if (wanted == nullptr || wanted->absent() || wanted->text() == road.text_now(memory_of(gpu))) {
      continue;
    }
    if (change.effects.empty()) {
      change.gpu = gpu.address;
      change.source = wanted->source;
      change.from = road.text_now(memory_of(gpu));
      change.to_value = wanted->text();
      change.to = pci::of(kMemoryMode, gpu.address);
      change.bytes.text = wanted->text();
    }
    change.effects.push_back(
        {.at = memory_of(gpu), .before = {}, .expect = text_value(wanted->text())});
  }
  if (change.effects.empty()) {
    return;
  }
  for (const Gpu& gpu : unit.gpus) {
    if (road.now().contains(compute_of(gpu))) {
      change.effects.push_back({.at = compute_of(gpu), .before = {}, .expect = guess()});
    }
  }
  add_file(road, change);
  disturb_all_vfs(road, unit, change);
  road.change(std::move(change));
}

void settle_compute(Road& road, const Unit& unit, const Gpu& gpu) {
  const Value* const wanted = road.wanted(compute_of(gpu));
  const bool named = wanted != nullptr && wanted->match == Match::exact && !wanted->absent() &&
                     !wanted->unreadable();
  const auto here = road.now().find(compute_of(gpu));
  const bool there = here != road.now().end() && here->second.match == Match::exact &&
                     here->second.text() == (named ? wanted->text() : std::string());
  if (!named || there) {
    return;
  }
  Change change{
      .what = std::string(kProfile.name),
      .reason = "by its type: the index means another one with another count of VFs",
      .source = wanted->source,
      .gpu = gpu.address,
      .from = here != road.now().end() && here->second.match == Match::exact
                  ? Setting(here->second.text())
                  : Setting(),
      .to_value = wanted->text(),
      .to = pci::of(kProfile, gpu.address),
      .bytes = {.text = "{}",
                .name_of = {},
                .id_of = pci::of(kProfiles, gpu.address),
                .id_name = wanted->text()},
      .effects = {{.at = compute_of(gpu), .before = {}, .expect = text_value(wanted->text())}},
      .blocking = Blocking::can_hang,
      .limit = kResetLimit};
  add_file(road, change);
  disturb_all_vfs(road, unit, change);
  road.change(std::move(change));
}

}  // namespace

void record_modes(const Kernel& kernel, const Gpu& gpu, State& state) {
  if (!has_modes(gpu)) {
    return;
  }
  for (const Place& place : {memory_of(gpu), compute_of(gpu)}) {
    Value value = observe(kernel, place);
    // gim_monitor.c: the file says so, and that reading it worked.
    if (value.text() == "UNKNOWN") {
      value.is = Unreadable{EIO};
    }
    value.origin = Origin::unknown;
    state[place] = std::move(value);
  }
}

ModeWish mode_wish(std::span<const Desired> desired) {
  ModeWish wish;
  for (const Desired& one : desired) {
    if (const Given* const given = given_for(one.pf, Key::memory_partition)) {
      wish.memory = word_of(given);
      wish.memory_where = to_string(given->where);
    }
    if (const Given* const given = given_for(one.pf, Key::compute_partition)) {
      wish.compute = word_of(given);
      wish.compute_where = to_string(given->where);
    }
  }
  return wish;
}

bool modes_move(const Unit& unit, const State& now, const ModeWish& wish) {
  return std::ranges::any_of(unit.gpus, [&](const Gpu& gpu) {
    const auto moves = [&now](std::string_view wished, const Place& place) {
      return !wished.empty() && recorded_text(now, place) != wished;
    };
    return has_modes(gpu) &&
           (moves(wish.memory, memory_of(gpu)) || moves(wish.compute, compute_of(gpu)));
  });
}

void complete_modes(
    const Unit& unit, const State& now, const ModeWish& wish, bool reloads, State& target) {
  for (const Gpu& gpu : unit.gpus) {
    if (!has_modes(gpu)) {
      continue;
    }
    const bool memory_moves =
        !wish.memory.empty() && recorded_text(now, memory_of(gpu)) != wish.memory;
    if (!wish.memory.empty()) {
      target[memory_of(gpu)] = word(wish.memory, wish.memory_where);
    } else if (reloads) {
      target[memory_of(gpu)] = guess();
    }
    if (!wish.compute.empty()) {
      target[compute_of(gpu)] = word(wish.compute, wish.compute_where);
    } else if (reloads || memory_moves) {
      target[compute_of(gpu)] = guess();
    }
  }
}

void keep_modes(const Unit& unit, const ModeWish& wish, Kept& kept) {
  kept.domains = domains_of(wish.memory);
  kept.partitions = 0;
  for (const Gpu& gpu : unit.gpus) {
    if (has_modes(gpu) && !wish.compute.empty()) {
      kept.partitions = partitions_of(wish.compute, *card_of(gpu.device_id));
    }
  }
}

std::vector<Error> modes_fit(const Gpu& gpu, const State& now, const Desired& desired) {
  const Given* const memory = given_for(desired.pf, Key::memory_partition);
  const Given* const compute = given_for(desired.pf, Key::compute_partition);
  const Card* const card = card_of(gpu.device_id);
  std::vector<Error> faults;
  const auto fault = [&](const Given& given, std::string why, std::string help) {
    faults.push_back({.kind = ErrorKind::does_not_fit,
                      .subject = to_string(gpu.address),
                      .value = std::string(word_of(&given)),
                      .why = std::move(why),
                      .help = std::move(help),
                      .spot = given.where});
  };
  if (memory != nullptr && word_of(memory) == "NPS8") {
    fault(*memory,
          "this driver takes NPS8 for NPS4 (gim_monitor.c)",
          "write NPS4 where that is meant");
    return faults;
  }
  const std::uint32_t vfs = desired_count(desired, now, gpu);
  if (card == nullptr || !card->coupled || vfs == 0 || (memory == nullptr && compute == nullptr)) {
    return faults;
  }
  const std::uint32_t domains = memory == nullptr ? domains_of(recorded_text(now, memory_of(gpu)))
                                                  : domains_of(word_of(memory));
  // Without a word the driver chooses one that goes.
  const std::uint32_t partitions = compute == nullptr ? default_partitions(vfs, domains, *card)
                                                      : partitions_of(word_of(compute), *card);
  const Modes modes{.vfs = vfs, .domains = domains == 0 ? 1 : domains, .partitions = partitions};
  if (!go_together(modes, *card)) {
    fault(compute != nullptr ? *compute : *memory,
          fmt::format(
              "it does not go with {} VF{}{}: this driver would put its own choice in its place",
              vfs,
              vfs == 1 ? "" : "s",
              compute != nullptr ? fmt::format(" and NPS{}", modes.domains) : std::string()),
          all_for(vfs, *card).empty()
              ? "it has modes for 1, 2, 4 and 8 VFs"
              : fmt::format("with so many VFs go {}", fmt::join(all_for(vfs, *card), ", ")));
  }
  return faults;
}

void settle_modes(Road& road, const Unit& unit) {
  settle_memory(road, unit);
  for (const Gpu& gpu : unit.gpus) {
    if (has_modes(gpu)) {
      settle_compute(road, unit, gpu);
    }
  }
}

}  // namespace vfmgr::amd_gim
