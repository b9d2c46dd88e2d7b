// SPDX-License-Identifier: Apache-2.0
// What the GPUs of one driver can only have together.
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "core/settings.hpp"

#include <span>
#include <vector>

namespace vfmgr::amd_gim {

/// Why these wishes can't be had of one module: no VF on one GPU, and some on another; a GPU that
/// nobody names, which the module would take along.
std::vector<Error> faults_together(const Unit& unit,
                                   const State& now,
                                   const State& target,
                                   std::span<const Desired> desired);

}  // namespace vfmgr::amd_gim
