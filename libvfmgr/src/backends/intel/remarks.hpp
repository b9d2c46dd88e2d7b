// SPDX-License-Identifier: Apache-2.0
// What a record comes to that its numbers do not say.
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/state.hpp"

#include "backends/intel/columns.hpp"
#include "kernel/kernel.hpp"

#include <vector>

namespace vfmgr::intel {

/// What a record's VFs show of their VRAM where that is less than they have. Nothing where it is
/// all, where the driver is still to choose, or where configuration space can't be read.
std::vector<Finding> bar_space(const Kernel& kernel,
                               const Gpu& pf,
                               const Files& files,
                               const State& state);

/// That the driver shares out nothing by itself any more, where a plan's target has a number for
/// which it stops doing so. A record does not tell it: whoever gave the numbers stands in none.
std::vector<Finding> end_of_sharing(const Files& files, const State& target);

}  // namespace vfmgr::intel
