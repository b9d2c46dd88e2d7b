// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/manager.hpp"
#include "vfmgr/plan.hpp"

#include "engine/functions.hpp"
#include "kernel/kernel.hpp"

namespace vfmgr {

/// Asks whom a plan would hit: users of what it disturbs (blocked, or overridden where they are
/// allowed to lose it), and VMs that are off and whose definition names it (claimed). Each vfio
/// group that is asked is let go of at once. `look` is what was seen already.
void ask_whom_it_hits(Kernel& kernel,
                      const Kernel& look,
                      const Host& host,
                      const RunOptions& options,
                      UnitPlan& plan);

}  // namespace vfmgr
