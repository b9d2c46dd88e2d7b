// SPDX-License-Identifier: Apache-2.0
// Whose work goes first: the VFs' by a policy of the GPU, or the GPU's own.
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "backends/intel/columns.hpp"
#include "backends/toolkit.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"

#include <vector>

namespace vfmgr::intel_i915 {

/// Records both, of every GT.
void record_priority(const Kernel& kernel, const intel::Files& files, State& into);

/// Adds what this driver has of it: i915-sriov-dkms lacks the GPU's own.
void offer_priority(const Kernel& kernel, const intel::Files& files, GpuFacts& facts);

/// Refuses both above "low": the driver does.
std::vector<Error> priority_fits(const Gpu& pf, const Desired& desired);

void complete_priority(const intel::Files& files,
                       const State& now,
                       const Desired& desired,
                       State& target);

/// Lowers what is to be low, before times become infinite; raises the rest, behind them.
void lower_priority(Road& road, const intel::Files& files);
void raise_priority(Road& road, const intel::Files& files);

}  // namespace vfmgr::intel_i915
