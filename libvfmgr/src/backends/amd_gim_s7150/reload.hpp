// SPDX-License-Identifier: Apache-2.0
// VFs come when the driver's module is loaded: as many on each GPU as its parameter, or else its
// file, says.
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/state.hpp"

#include "backends/amd_gim/module.hpp"
#include "backends/toolkit.hpp"

#include <cstdint>

namespace vfmgr::amd_gim_s7150 {

// Module and file are those of the other gim.
using amd_gim::as_wanted;
using amd_gim::config_place;
using amd_gim::module_place;
using amd_gim::settle_config;

/// The count of VFs that a state has for a GPU; 0 where it has none.
std::uint32_t count_in(const State& state, const Gpu& gpu);
/// Whether a target has other counts than the record.
bool recounts(const Unit& unit, const State& now, const State& target);
/// Sets the module and its file to what the target's counts need; all 0: no module.
void complete_module(const Unit& unit, const State& now, State& target);

/// Whether the module must go, come, or both.
bool must_reload(const Road& road, const Unit& unit);
void reload(Road& road, const Unit& unit);

}  // namespace vfmgr::amd_gim_s7150
