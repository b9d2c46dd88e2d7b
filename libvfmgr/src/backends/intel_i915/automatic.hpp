// SPDX-License-Identifier: Apache-2.0
// Whether the driver gives out everything by itself, or has it given out by hand.
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/state.hpp"

#include "backends/intel/columns.hpp"
#include "backends/toolkit.hpp"
#include "core/settings.hpp"

namespace vfmgr::intel_i915 {

/// Off where quotas are asked for; on again where VFs are made and none has any of its own.
/// `target` has the quotas already.
void complete_automatic(const intel::Files& files,
                        const Gpu& pf,
                        const State& now,
                        const Desired& desired,
                        State& target);

/// Turns it off before the first quota: the driver would, unseen.
void end_automatic(Road& road, const intel::Files& files);
/// Turns it on behind the last quota that is taken away: it is refused while a VF has one.
void restore_automatic(Road& road, const intel::Files& files);

/// Whether the driver takes back what VFs have when they go.
bool is_automatic(const State& state, const intel::Files& files);

}  // namespace vfmgr::intel_i915
