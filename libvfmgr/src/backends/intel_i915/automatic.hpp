// SPDX-License-Identifier: Apache-2.0
// Whether the driver gives out everything by itself, or has it given out by hand.
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/state.hpp"

#include "backends/intel/columns.hpp"
#include "backends/toolkit.hpp"
#include "core/settings.hpp"

namespace vfmgr::intel_i915 {

// i915_sriov.c and gt/iov/intel_iov_provisioning.c (backports 0d387fbd): a quota that is written to
// a VF ends it, and so does a time that is not 0; it can be turned on again while no VF has a
// quota. What the driver gave out when VFs came it takes back when they go, whatever it says by
// then.

/// Off where VFs are given something; on where VFs are made and none is. `target` has the quotas
/// already.
void complete_automatic(const intel::Files& files,
                        const Gpu& pf,
                        const State& now,
                        const Desired& desired,
                        State& target);

/// For a PF without VFs: quotas, or the driver's own sharing out.
void before_vfs_come(Road& road, const intel::Files& files);
/// Brings it to what the target names: off before the first time that is given, on once VFs have
/// gone.
void settle_automatic(Road& road, const intel::Files& files);

/// Whether the driver takes back what VFs have when they go.
bool is_automatic(const State& state, const intel::Files& files);

}  // namespace vfmgr::intel_i915
