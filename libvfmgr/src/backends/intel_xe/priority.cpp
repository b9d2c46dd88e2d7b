// SPDX-License-Identifier: Apache-2.0
#include "backends/intel_xe/priority.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/intel/columns.hpp"
#include "backends/intel_xe/attrs.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace vfmgr::intel_xe {

namespace {

constexpr std::string_view kLow = "low";
constexpr std::string_view kNormal = "normal";

Place place_of_vf(const Gpu& pf, std::uint32_t index) {
  return pci::of(kPriority, pf.address, vf_at(index));
}

/// As xe_sriov_pf_sysfs.c prints it: all words that there are, the one that counts in brackets.
std::string printed(std::string_view word, bool of_pf) {
  const auto marked = [word](std::string_view one) {
    return one == word ? fmt::format("[{}]", one) : std::string(one);
  };
  return marked("low") + " " + marked("normal") + (of_pf ? " " + marked("high") : "");
}

/// The word that counts in what is printed; empty: nothing is, or nothing is known.
std::string word_in(const std::string& text) {
  const Setting setting = spell_priority(text);
  const auto* const word = std::get_if<std::string>(&setting);
  return word == nullptr ? std::string() : *word;
}

std::string word_to_settle(const Road& road, const Place& place) {
  const Value* const target = road.to_settle(place);
  return target == nullptr ? std::string() : word_in(target->text());
}

/// The word that is asked for; "default" is what the driver begins with.
std::string word_asked(const Given& given) {
  const std::string_view word = word_of(&given);
  return std::string(word.empty() ? kLow : word);
}

Value wish(const Given& given, bool of_pf) {
  Value value = text_value(printed(word_asked(given), of_pf));
  value.source = to_string(given.where);
  return value;
}

/// One write for all: its effects are each VF's, and the PF's.
void write_all(Road& road, const Gpu& pf, const std::string& word, const std::string& source) {
  Change change{.what = std::string(row_of(Key::priority).name),
                .reason = "one write for all VFs, and for the GPU itself",
                .source = source,
                .gpu = pf.address,
                .from = word_in(road.text_now(place_of_vf(pf, 0))),
                .to_value = word,
                .to = pci::of(kAllPriorities, pf.address),
                .bytes = {.text = word},
                .limit = intel::kFirmwareLimit};
  for (std::uint32_t index = 0; index < pf.total_vfs.value_or(0); ++index) {
    change.effects.push_back(
        {.at = place_of_vf(pf, index), .before = {}, .expect = text_value(printed(word, false))});
  }
  change.effects.push_back({.at = pci::of(kPfPriority, pf.address),
                            .before = {},
                            .expect = text_value(printed(word, true))});
  road.change(std::move(change));
}

/// What VFs go back to from a priority that a run of ours gave them: what the GPU itself had before
/// tells it, since the write for all was the GPU's, too; its "high" goes behind "normal".
Value before_ours(const Desired& desired, const Place& own) {
  const auto noted = desired.noted.find(own);
  const std::string word = noted == desired.noted.end() ? "" : word_in(noted->second.text());
  return text_value(printed(word.empty() || word == kLow ? kLow : kNormal, false));
}

enum class Which : std::uint8_t { low, above_low };

void settle_vfs(Road& road, const Gpu& pf, Which which) {
  for (std::uint32_t index = 0; index < pf.total_vfs.value_or(0); ++index) {
    const Place place = place_of_vf(pf, index);
    const std::string word = word_to_settle(road, place);
    const std::string now = word_in(road.text_now(place));
    if (!word.empty() && !now.empty() && now != word && (word == kLow) == (which == Which::low)) {
      write_all(road, pf, word, road.wanted(place)->source);
      return;  // VFs that are to differ can't be had: the first one's word is all VFs'
    }
  }
}

void settle_pf(Road& road, const Gpu& pf) {
  const Place place = pci::of(kPfPriority, pf.address);
  if (const Value* const target = road.to_settle(place); target != nullptr && !target->absent()) {
    road.set(kPfPriority,
             {.gpu = pf.address, .vf = {}, .name = {}},
             *target,
             {.bytes = word_in(target->text()), .limit = intel::kFirmwareLimit});
  }
}

}  // namespace

void record_priority(const Kernel& kernel, const Gpu& pf, State& into) {
  const Place own = pci::of(kPfPriority, pf.address);
  into[own] = observe(kernel, own);
  into[own].origin = Origin::unknown;
  for (std::uint32_t index = 0; index < pf.total_vfs.value_or(0); ++index) {
    const Place place = place_of_vf(pf, index);
    into[place] = observe(kernel, place);
    into[place].origin = Origin::unknown;
  }
}

void complete_priority(const Gpu& pf, const State& now, const Desired& desired, State& target) {
  const Place own = pci::of(kPfPriority, pf.address);
  if (!now.contains(own)) {
    return;
  }
  const Given* const of_vfs = given_for(desired.every_vf, Key::priority);
  const Given* const of_pf = given_for(desired.pf, Key::priority);
  for (std::uint32_t index = 0; index < pf.total_vfs.value_or(0); ++index) {
    const Place place = place_of_vf(pf, index);
    const auto here = now.find(place);
    if (of_vfs != nullptr) {
      target[place] = wish(*of_vfs, false);
    } else if (desired.teardown && here != now.end() && here->second.origin == Origin::set &&
               !here->second.absent()) {
      // It is every VF's that there could be, and outlives them.
      target[place] = before_ours(desired, own);
    }
  }
  const auto noted = desired.noted.find(own);
  if (of_pf != nullptr) {
    target[own] = wish(*of_pf, true);
  } else if (of_vfs != nullptr) {
    target[own] = wish(*of_vfs, true);  // the write for all VFs reaches it
  } else if (desired.teardown && noted != desired.noted.end()) {
    target[own] = noted->second;
  }
}

bool is_first_priority(const Attr& attr, const Value& value) {
  return attr.spelled == spell_priority && word_in(value.text()) == kLow;
}

void lower_priority(Road& road, const Gpu& pf) {
  settle_vfs(road, pf, Which::low);
  if (word_to_settle(road, pci::of(kPfPriority, pf.address)) == kLow) {
    settle_pf(road, pf);
  }
}

void raise_priority(Road& road, const Gpu& pf) {
  settle_vfs(road, pf, Which::above_low);
  settle_pf(road, pf);
}

}  // namespace vfmgr::intel_xe
