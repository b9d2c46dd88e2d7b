// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"
#include "vfmgr/state.hpp"

#include "backends/backend.hpp"

#include <vector>

namespace vfmgr {

/// The state after these steps: effects as expected, what is wiped gone. Pure.
State predict(State now, const std::vector<Step>& steps);

/// What no plan could bring back once these steps have run: found by planning the way back from the
/// predicted state, and named for each VF that is made anew or removed and for files that go with a
/// driver. Pure.
std::vector<Lost> lost_by(const Backend& backend,
                          const Unit& unit,
                          const State& before,
                          const std::vector<Step>& steps);

}  // namespace vfmgr
