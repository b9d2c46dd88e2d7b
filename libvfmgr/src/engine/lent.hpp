// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"
#include "vfmgr/state.hpp"

#include "backends/toolkit.hpp"
#include "kernel/kernel.hpp"

#include <vector>

namespace vfmgr {

/// A VF that a VM holds is lent: any vfio driver satisfies its `vf_driver` meanwhile, since who
/// starts VMs may have brought it onto a variant driver. Takes the wish for another vfio driver out
/// of the target where the VF has a user, or may have one. Those VFs, in order.
std::vector<Function> keep_lent(const Kernel& kernel,
                                const Unit& unit,
                                const State& now,
                                State& target);

}  // namespace vfmgr
