// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/state.hpp"

#include "backends/intel/columns.hpp"
#include "core/settings.hpp"

namespace vfmgr::intel {

/// Completes quotas and scheduling of every VF that the hardware could have, enabled or not.
void complete_vfs(
    const Files& files, const Gpu& pf, const State& now, const Desired& desired, State& target);

/// Completes those of the PF.
void complete_pf(const Files& files, const State& now, const Desired& desired, State& target);

}  // namespace vfmgr::intel
