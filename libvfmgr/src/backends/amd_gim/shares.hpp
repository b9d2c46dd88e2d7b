// SPDX-License-Identifier: Apache-2.0
// What each VF gets of the GPU's memory and time, where the GPU lets it be said (V710 and its
// like).
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "backends/backend.hpp"
#include "backends/toolkit.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"

#include <vector>

namespace vfmgr::amd_gim {

void offer_shares(const Kernel& kernel, GpuFacts& facts);
/// With Depth::whole also what the driver's list of memory has beside the VFs' parts.
void record_shares(const Kernel& kernel, const Gpu& gpu, Depth depth, State& state);
/// Whether the list that was recorded has memory that no VF has.
bool has_free_memory(const Gpu& gpu, const State& state);
/// Whether the list has memory of VFs that are gone, or would have it once they are, where the
/// target has none: only a load begins a new one.
bool would_keep_rows(const Road& road, const Gpu& gpu);
std::vector<Error> shares_fit(const Gpu& gpu, const State& now, const Desired& desired);
void complete_shares(const Gpu& gpu, const State& now, const Desired& desired, State& target);
/// VFs that shrink give their memory away before others grow. For VFs that are there.
void settle_shares(Road& road, const Gpu& gpu);

/// Why a VF found no memory, where what VFs had that are gone is still on the driver's list.
void explain_memory(const Kernel& kernel, const Gpu& gpu, Error& error);

}  // namespace vfmgr::amd_gim
