// SPDX-License-Identifier: Apache-2.0
// What each VF gets of the GPU's memory: what is there, what fits, what is wanted.
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "core/settings.hpp"
#include "kernel/kernel.hpp"

#include <vector>

namespace vfmgr::amd_gim_s7150 {

/// Adds `vram` to what a GPU has, and how much there is. Nothing where its registers can't be read.
void offer_memory(const Kernel& kernel, GpuFacts& facts);
/// Adds the VFs' memory to a record that has the count and the driver's file already.
void record_memory(const Kernel& kernel, const Gpu& gpu, State& state);
/// Why the sizes of a wish can't be had, each at its spot.
std::vector<Error> memory_fits(const Gpu& gpu, const State& now, const Desired& desired);
/// Completes a target that has the count already.
void complete_memory(const Gpu& gpu, const State& now, const Desired& desired, State& target);

}  // namespace vfmgr::amd_gim_s7150
