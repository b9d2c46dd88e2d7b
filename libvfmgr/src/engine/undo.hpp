// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/manager.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"

#include "backends/backend.hpp"
#include "engine/history.hpp"
#include "kernel/kernel.hpp"

#include <span>

namespace vfmgr {

/// From what a past run left to what was recorded before it. Errors: stale, with the first
/// difference, where a unit is not as that run left it.
Result<Plan> plan_undoing(Kernel& kernel,
                          std::span<const Backend* const> backends,
                          const Remembered& past,
                          const RunOptions& options);

}  // namespace vfmgr
