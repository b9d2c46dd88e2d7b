// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "engine/execute.hpp"

#include <optional>
#include <vector>

namespace vfmgr {

/// Runs steps in order until one fails; where VFs are bound to drivers, up to `bench.lanes` of them
/// at a time. `outcomes`, if there are any, has a place for each. The error of the first step that
/// failed; nothing: all are done.
std::optional<Error> walk(Bench& bench,
                          const std::vector<Step>& steps,
                          std::vector<StepReport>* outcomes);

}  // namespace vfmgr
