// SPDX-License-Identifier: Apache-2.0
#include "engine/footprint.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/state.hpp"

#include "backends/toolkit.hpp"

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

namespace vfmgr {

std::string spell_value(const Value& value) {
  if (const auto* const unreadable = std::get_if<Unreadable>(&value.is)) {
    return "!" + std::to_string(unreadable->os_error);
  }
  return value.absent() ? "-" : "=" + value.text();
}

bool Footprint::covers(const Place& place) const {
  return may.contains(place) || std::ranges::any_of(below, [&](const Place& prefix) {
           return vfmgr::covers(prefix, place);
         });
}

bool Footprint::explains(const Place& place, const Value& value) const {
  if (std::ranges::any_of(below,
                          [&](const Place& prefix) { return vfmgr::covers(prefix, place); })) {
    return true;
  }
  const auto found = may.find(place);
  return found != may.end() &&
         (found->second.any || found->second.values.contains(spell_value(value)));
}

void Footprint::add(const Change& change) {
  for (const Effect& effect : change.effects) {
    May& at = may[effect.at];
    // A count may stop on the way, a driver rounds, a guess is none: there any value may be ours.
    at.any = at.any || effect.expect.match != Match::exact || effect.at.as == As::count ||
             !effect.before;
    at.values.insert(spell_value(effect.expect));
    if (effect.before) {
      at.values.insert(spell_value(*effect.before));
    }
  }
  below.insert(change.wipes.begin(), change.wipes.end());
}

void Footprint::add(const Footprint& other) {
  for (const auto& [place, values] : other.may) {
    May& at = may[place];
    at.any = at.any || values.any;
    at.values.insert(values.values.begin(), values.values.end());
  }
  below.insert(other.below.begin(), other.below.end());
}

Footprint footprint_of(const std::vector<Step>& steps) {
  Footprint footprint;
  for (const Step& step : steps) {
    if (const auto* const change = std::get_if<Change>(&step)) {
      footprint.add(*change);
    }
  }
  return footprint;
}

}  // namespace vfmgr
