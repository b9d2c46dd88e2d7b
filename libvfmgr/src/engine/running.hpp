// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/manager.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "backends/backend.hpp"
#include "engine/journal.hpp"
#include "kernel/kernel.hpp"

#include <optional>
#include <span>
#include <vector>

namespace vfmgr {

/// How a plan's units ended, each at its place in the plan.
struct Ended {
  std::vector<UnitReport> reports;
  std::vector<std::optional<State>> reached;  ///< of those that arrived: what was seen in the end
};

/// Runs the units of a plan whose locks are held: those that may run, side by side; refused ones
/// and those with nothing to do are left out and reported.
Ended run_units(Kernel& kernel,
                std::span<const Backend* const> backends,
                const Plan& plan,
                Journal& journal,
                const RunOptions& options);

/// The report of a unit that does not run.
UnitReport not_run(const UnitPlan& plan, Outcome outcome, std::optional<Error> error);

}  // namespace vfmgr
