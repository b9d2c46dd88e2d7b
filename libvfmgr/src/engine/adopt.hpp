// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/manager.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "backends/backend.hpp"
#include "engine/planner.hpp"
#include "kernel/kernel.hpp"

#include <span>
#include <vector>

namespace vfmgr {

// What a wish does with what others made, and with what earlier wishes made (owned.hpp).

/// Whether VFs that others made become this tool's: there are such, and it was asked for.
bool adopts_vfs(const Wanted& wanted, const RunOptions& options);

/// What others made and the plan would move: in its way, or adopted where that was asked for.
void ask_whose_it_is(const Wanted& wanted, const RunOptions& options, UnitPlan& plan);

/// The same of a saved plan. What its file says is not believed: whoever applies it says whether it
/// adopts, as he says what may be taken from users. Errors: those of load_notes.
Result<void> ask_whose_it_is(const Kernel& kernel, const RunOptions& options, UnitPlan& unit);

/// What others made, is as it should be, and is adopted: from now on it is known as ours. Errors:
/// io.
Result<void> adopt_as_it_is(const Kernel& kernel,
                            std::span<const Backend* const> backends,
                            const Plan& plan);

/// What earlier runs set and this wish does not name any more; `now` and `target` are the unit's.
std::vector<LeftOver> left_over(const Wanted& wanted, const State& now, const State& target);

}  // namespace vfmgr
