// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/state.hpp"

#include "core/settings.hpp"

namespace vfmgr::intel_xe {

/// Completes quotas and scheduling of the PF and of every VF that the hardware could have, enabled
/// or not.
void complete(const Gpu& pf, const State& now, const Desired& desired, State& target);

}  // namespace vfmgr::intel_xe
