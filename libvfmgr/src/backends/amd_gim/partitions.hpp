// SPDX-License-Identifier: Apache-2.0
// How a GPU's dies and its memory are cut, of all GPUs of the driver alike.
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "backends/amd_gim/config_text.hpp"
#include "backends/toolkit.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace vfmgr::amd_gim {

/// Adds the modes of a GPU that has them to its record. What the driver does not know is no
/// value.
void record_modes(const Kernel& kernel, const Gpu& gpu, State& state);

/// The words that are wished for the unit; empty: none is.
struct ModeWish {
  std::string_view memory, compute;
  std::string memory_where, compute_where;
};
ModeWish mode_wish(std::span<const Desired> desired);
/// Whether a GPU of the unit is not as wished.
bool modes_move(const Unit& unit, const State& now, const ModeWish& wish);

/// Completes the modes of all GPUs of a unit. `reloads`: the driver comes anew, with another count.
void complete_modes(
    const Unit& unit, const State& now, const ModeWish& wish, bool reloads, State& target);
/// What the file should keep of a wish beside the counts.
void keep_modes(const Unit& unit, const ModeWish& wish, Kept& kept);

/// Why a wish's modes do not go with its count, each at its spot.
std::vector<Error> modes_fit(const Gpu& gpu, const State& now, const Desired& desired);

/// While the driver is loaded: memory first, which chooses a compute mode, then that.
void settle_modes(Road& road, const Unit& unit);

}  // namespace vfmgr::amd_gim
