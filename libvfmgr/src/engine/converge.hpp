// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"

#include "backends/backend.hpp"
#include "engine/execute.hpp"

#include <optional>
#include <vector>

namespace vfmgr {

/// Runs a unit's plan and verifies it; where a step fails, converges back to the recorded state.
/// What it began stands in the journal, and `bench.begun` holds it.
UnitReport run_unit(Bench& bench, const Backend& backend, const UnitPlan& plan);

/// Converges what was begun back to the recorded state: at most three attempts, and what fails
/// twice is given up, named, and the rest goes on. Writes no place outside the announced footprint.
/// Fills in result, not_restored, outside and troubles.
void take_back(Bench& bench,
               const Backend& backend,
               const UnitPlan& plan,
               const Footprint& announced,
               UnitReport& report);

/// The end of a unit in notes and journal: what is not restored, or may still act, stays open for
/// recover. Of an applied unit `bench.reached` is what its notes are made from.
void conclude(Bench& bench, UnitReport& report);

/// Everything that a run of this plan may write, there and back.
Footprint announced_footprint(const Backend& backend, const UnitPlan& plan);

}  // namespace vfmgr
