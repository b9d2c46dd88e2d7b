// SPDX-License-Identifier: Apache-2.0
// Saved plans, units and states from anybody's hand.
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "core/json_state.hpp"
#include "support/law.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using vfmgr::fuzz::law;
using vfmgr::fuzz::read_again;

void explained(const vfmgr::Error& error) {
  law(error.kind == vfmgr::ErrorKind::syntax || error.kind == vfmgr::ErrorKind::invalid,
      "a bad document is a fault of the document");
  law(!error.why.empty() && !error.subject.empty(), "it says where, and why");
}

void same_unit(const vfmgr::UnitPlan& one, const vfmgr::UnitPlan& other) {
  law(!one.unit.gpus.empty(), "a unit has a GPU");
  law(one.before == other.before && one.target == other.target, "states are read back equal");
  law(one.steps == other.steps && one.lost == other.lost, "steps are read back equal");
}

void read_plan(std::string_view text) {
  const auto plan = vfmgr::plan_from_json(text);
  if (!plan) {
    explained(plan.error());
    return;
  }
  const std::string written = vfmgr::plan_to_json(*plan);
  const auto again = read_again(vfmgr::plan_from_json(written), "a plan written is read");
  law(vfmgr::plan_to_json(again) == written, "a plan is read back as it was written");
  law(again.units.size() == plan->units.size(), "no unit is lost");
  for (std::size_t at = 0; at < again.units.size(); ++at) {
    same_unit(plan->units[at], again.units[at]);
  }
  law(again.changes() == plan->changes(), "it changes as much");
  law(vfmgr::exit_code(again) == vfmgr::exit_code(*plan), "it would be refused alike");
}

void read_unit(std::string_view text) {
  const auto unit = vfmgr::unit_plan_from_json(text);
  if (!unit) {
    explained(unit.error());
    return;
  }
  const std::string written = vfmgr::unit_plan_to_json(*unit);
  const auto again = read_again(vfmgr::unit_plan_from_json(written), "a unit written is read");
  same_unit(*unit, again);
  law(vfmgr::unit_plan_to_json(again) == written, "a unit is read back as it was written");
}

void read_state(std::string_view text) {
  const auto state = vfmgr::state_from_json(text);
  if (!state) {
    explained(state.error());
    return;
  }
  law(read_again(vfmgr::state_from_json(vfmgr::state_to_json(*state)), "a state written is read") ==
          *state,
      "a state is read back equal");
  for (const auto& [place, value] : *state) {
    law(read_again(vfmgr::parse_place(to_string(place)), "a place written is read") == place,
        "a place is read back equal");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = vfmgr::fuzz::text_of(data, size);
  read_plan(text);
  read_unit(text);
  read_state(text);
  return 0;
}
