// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"

#include <string>
#include <string_view>

namespace vfmgr {

// The exact form of states and units in JSON, for plan files and the journal. Everything that is
// written is read back equal. Reading untrusted text never throws. Errors: syntax, invalid.
std::string state_to_json(const State& state);
Result<State> state_from_json(std::string_view text);
/// Unit, before, target, steps, lost: all that running it takes (no views).
std::string unit_plan_to_json(const UnitPlan& plan);
Result<UnitPlan> unit_plan_from_json(std::string_view text);

}  // namespace vfmgr
