// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/history.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/result.hpp"

#include "engine/history.hpp"
#include "kernel/kernel.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace vfmgr {

// Confirm or revert: a run that goes back by itself unless somebody says that it is to stay. Both
// decisions are made under the locks of its GPUs, so that only one of them is made.

/// Keeps the runs that wait for it; those, oldest first. Errors: locked; stale: the last that
/// waited was taken back.
Result<std::vector<PastRun>> confirm_runs(Kernel& kernel, const RunOptions& options);

/// Waits for the run that a process makes, and until its time to be confirmed is over. None: the
/// process ended without such a run, or the run is kept or undone. `after`, `ended`: as for
/// Manager::revert_unconfirmed. Errors: io, not_permitted.
Result<std::optional<Remembered>> wait_until_due(const Kernel& kernel,
                                                 std::uint64_t process,
                                                 std::uint64_t after,
                                                 int ended);

}  // namespace vfmgr
