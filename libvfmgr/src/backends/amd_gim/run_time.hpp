// SPDX-License-Identifier: Apache-2.0
// The count of VFs changed while the driver runs, of one GPU alone: through AMD's library.
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/state.hpp"

#include "backends/toolkit.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace vfmgr::amd_gim {

/// Adds to a record what the library says of each GPU; absent where it is not installed, or the
/// driver not loaded: then it is not even looked for. And the driver's own: with what it came up.
void record_run_time_counts(const Kernel& kernel, const Unit& unit, State& state);

/// Whether the counts of a target can be had from those that there are without a reload. Not where
/// a GPU has none or is to have none (the driver takes 1 or more); nor where its dies are grouped:
/// MI300's keep a mode that does not go with the new count, and none can then be set, since the
/// driver looks for the present one among those that do (amdgv_gpumon.c:
/// amdgv_gpumon_set_accelerator_partition_profile; an assumption for MI350). Nor where memory is
/// named, or lies free: the driver's list of memory is not cleared (amdgv_vfmgr.c:
/// amdgv_vfmgr_set_vf_num, amdgv_vfmgr_reset_vfs_to_default_config), so what is free on it the new
/// VFs have, and a VF that grows would be given memory of another. In a record that did not ask the
/// library it counts as there.
bool can_recount_at_run_time(const Unit& unit,
                             const State& now,
                             const State& target,
                             std::span<const Desired> desired);
/// Whether a record asked it.
bool asked_library(const Unit& unit, const State& now);
/// What the library says in the end. `reloads`: the driver comes anew, or goes.
void complete_run_time_counts(const Unit& unit, const State& now, bool reloads, State& target);

/// Whether the target has a count that the library told, so that it can be had again.
bool had_at_run_time(const Road& road, const Gpu& gpu);
/// With how many VFs a GPU came up in the target; none: nobody knows.
std::optional<std::uint32_t> loaded_with(const Road& road, const Gpu& gpu);
/// Whether a GPU has by now another count than it came up with.
bool has_others_than_loaded(const Road& road, const Unit& unit);
/// Whether a GPU comes to its count so, from where the road is.
bool comes_at_run_time(const Road& road, const Gpu& gpu);
/// Makes it so. Nothing where the count is right, or can't be had so.
void recount_at_run_time(Road& road, const Gpu& gpu);
/// What the library says after a load that makes `vfs`, or an unload.
void add_run_time_count(const Road& road,
                        const Gpu& gpu,
                        std::optional<std::uint32_t> vfs,
                        Change& change);

}  // namespace vfmgr::amd_gim
