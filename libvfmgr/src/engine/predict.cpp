// SPDX-License-Identifier: Apache-2.0
#include "engine/predict.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/state.hpp"

#include "backends/backend.hpp"
#include "backends/toolkit.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr {

State predict(State now, const std::vector<Step>& steps) {
  for (const Step& step : steps) {
    if (const auto* const await = std::get_if<Await>(&step)) {
      now[await->at] = await->expect;
      continue;
    }
    const auto* const change = std::get_if<Change>(&step);
    for (const Place& wiped : change->wipes) {
      std::erase_if(now, [&](const auto& entry) { return covers(wiped, entry.first); });
    }
    for (const Effect& effect : change->effects) {
      now[effect.at] = effect.expect;
    }
  }
  return now;
}

namespace {

/// What nobody here reads and goes all the same: what others set on VFs that go, or in files that
/// go with a driver. Each once.
std::vector<Lost> taken_along(State now, const std::vector<Step>& steps) {
  std::vector<Lost> lost;
  const auto add = [&](const Place& at, std::string why) {
    if (std::ranges::find(lost, at, &Lost::at) == lost.end()) {
      lost.push_back({.at = at, .why = std::move(why)});
    }
  };
  for (const Step& step : steps) {
    const auto* const change = std::get_if<Change>(&step);
    if (change == nullptr || change->wipes.empty()) {
      continue;
    }
    for (const Place& wiped : change->wipes) {
      if (wiped.in == In::proc) {
        continue;  // what stands there is about the kernel's present state, and nobody's setting
      }
      bool of_vfs = false;
      for (const Place& function : change->disturbs) {
        if (covers(wiped, function)) {
          of_vfs = true;
          add(function, "what others set on this VF itself ends with it");
        }
      }
      const bool was_there = std::ranges::any_of(now, [&](const auto& entry) {
        return covers(wiped, entry.first) && entry.first.path != wiped.path &&
               entry.first.as != As::row && entry.first.as != As::vsec && !entry.second.absent();
      });
      if (!of_vfs && was_there) {
        add(wiped, "what others set in it ends with it");
      }
    }
    now = predict(std::move(now), {step});
  }
  std::erase_if(lost, [&lost](const Lost& one) {
    return std::ranges::any_of(lost, [&](const Lost& whole) {
      return one.at.in == whole.at.in && one.at.path.starts_with(whole.at.path + "/");
    });
  });
  return lost;
}

}  // namespace

std::vector<Lost> lost_by(const Backend& backend,
                          const Unit& unit,
                          const State& before,
                          const std::vector<Step>& steps) {
  std::vector<Lost> lost;
  const State after = predict(before, steps);
  const State back = predict(after, backend.lower(unit, after, before).steps);
  for (const auto& [place, value] : before) {
    if (value.origin == Origin::own || value.unreadable()) {
      continue;
    }
    const auto found = back.find(place);
    // A guess that hits counts: where it turns out wrong the value is written, for it was set.
    const bool told =
        found != back.end() && (found->second.match == Match::exact || !found->second.absent());
    const bool same = told && value.accepts(found->second);
    const bool never_was_anything = value.absent() && found == back.end();
    if (same || never_was_anything) {
      continue;
    }
    lost.push_back({.at = place,
                    .why = value.origin == Origin::unknown
                               ? "who chose this value is not known; the driver chooses anew"
                               : "no plan can bring this value back"});
  }
  for (const Lost& taken : taken_along(before, steps)) {
    lost.push_back(taken);
  }
  return lost;
}

}  // namespace vfmgr
