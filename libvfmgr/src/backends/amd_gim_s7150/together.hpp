// SPDX-License-Identifier: Apache-2.0
// What the GPUs of one driver can only have together.
#pragma once

#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "core/settings.hpp"

#include <span>
#include <vector>

namespace vfmgr::amd_gim_s7150 {

/// Why these wishes can't be had of one module: it makes as many VFs on each of its GPUs, takes
/// each whatever driver it has, and has but one file, which may be another's.
std::vector<Error> faults_together(const Unit& unit,
                                   const State& now,
                                   const State& target,
                                   std::span<const Desired> desired);

}  // namespace vfmgr::amd_gim_s7150
