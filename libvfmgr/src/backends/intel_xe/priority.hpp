// SPDX-License-Identifier: Apache-2.0
// Whose work goes first: one word for all VFs of a GPU, written at once, and the PF's own.
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/state.hpp"

#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"

namespace vfmgr::intel_xe {

/// Records the PF's and every VF's.
void record_priority(const Kernel& kernel, const Gpu& pf, State& into);

/// Completes the words of the PF and of every VF that there could be.
void complete_priority(const Gpu& pf, const State& now, const Desired& desired, State& target);

/// Whether it is a priority, and the one that the driver begins with.
bool is_first_priority(const Attr& attr, const Value& value);

/// Lowers what is to be low. It goes before quanta and timeouts: a function above "low" whose time
/// is infinite may never be taken off the GPU.
void lower_priority(Road& road, const Gpu& pf);
/// Raises what is to be above "low", the PF last, since the write for all VFs reaches it.
void raise_priority(Road& road, const Gpu& pf);

}  // namespace vfmgr::intel_xe
