// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/manager.hpp"
#include "vfmgr/report.hpp"

#include "backends/backend.hpp"
#include "engine/history.hpp"
#include "engine/planner.hpp"
#include "kernel/kernel.hpp"

#include <span>

namespace vfmgr {

/// The report of a run that had nothing to do.
Report nothing_to_do(const Kernel& kernel);

/// Brings the host to a wish: plan, lock, plan again under the locks, refuse or run, report.
/// Errors: those before a plan was reached, locked, not_restored (a cut-off run touches these
/// GPUs).
Result<Report> run_wish(Kernel& kernel,
                        std::span<const Backend* const> backends,
                        const Wish& wish,
                        const RunOptions& options);

/// Runs exactly a saved plan. Errors: as above, and stale: something is not as the plan saw it.
Result<Report> run_saved(Kernel& kernel,
                         std::span<const Backend* const> backends,
                         const Plan& saved,
                         const RunOptions& options);

/// Takes the last run of the history back. Errors: as above, and stale: a GPU is not as it left it.
Result<Report> run_undo(Kernel& kernel,
                        std::span<const Backend* const> backends,
                        const RunOptions& options);

/// Takes back a run that nobody confirmed, unless it was kept or undone meanwhile: then a report
/// without units. What stands in the way is remembered. Errors: as above.
Result<Report> run_revert(Kernel& kernel,
                          std::span<const Backend* const> backends,
                          const Remembered& past,
                          const RunOptions& options);

/// Takes back what cut-off runs left, or reports it as applied where it had ended. Errors: locked,
/// syntax (a damaged journal).
Result<Report> recover_runs(Kernel& kernel,
                            std::span<const Backend* const> backends,
                            const RunOptions& options);

}  // namespace vfmgr
