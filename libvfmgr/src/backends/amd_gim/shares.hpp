// SPDX-License-Identifier: Apache-2.0
// What each VF gets of the GPU's memory and time, where the GPU lets it be said (V710 and its
// like).
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "backends/toolkit.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"

#include <vector>

namespace vfmgr::amd_gim {

void offer_shares(const Kernel& kernel, GpuFacts& facts);
void record_shares(const Kernel& kernel, const Gpu& gpu, State& state);
std::vector<Error> shares_fit(const Gpu& gpu, const State& now, const Desired& desired);
void complete_shares(const Gpu& gpu, const State& now, const Desired& desired, State& target);
/// VFs that shrink give their memory away before others grow. For VFs that are there.
void settle_shares(Road& road, const Gpu& gpu);

}  // namespace vfmgr::amd_gim
