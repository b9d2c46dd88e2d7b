// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/manager.hpp"
#include "vfmgr/plan.hpp"

namespace vfmgr {

/// Refuses a plan whose steps are dangerous in a way that the run does not allow: once a way.
void refuse_dangers(const RunOptions& options, UnitPlan& plan);

/// For what was permitted before.
void allow_all_dangers(RunOptions& options);

}  // namespace vfmgr
