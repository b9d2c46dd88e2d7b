// SPDX-License-Identifier: Apache-2.0
#include "engine/predict.hpp"

#include "vfmgr/plan.hpp"
#include "vfmgr/state.hpp"

#include "backends/backend.hpp"
#include "backends/toolkit.hpp"

#include <algorithm>
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
  for (const Step& step : steps) {
    const auto* const change = std::get_if<Change>(&step);
    if (change == nullptr || change->wipes.empty()) {
      continue;
    }
    for (const Place& function : change->disturbs) {
      lost.push_back({.at = function, .why = "what others set on this VF itself ends with it"});
    }
  }
  return lost;
}

}  // namespace vfmgr
