// SPDX-License-Identifier: Apache-2.0
// VFs come when the driver's module is loaded: as many on each GPU as its file and its parameter
// say.
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/state.hpp"

#include "backends/amd_gim/config_text.hpp"
#include "backends/toolkit.hpp"

#include <cstdint>
#include <vector>

namespace vfmgr::amd_gim {

/// The counts of a state, in the order in which the driver finds its GPUs: by their addresses, as
/// the kernel enumerates them (gim_drv.c:gim_probe numbers them so).
std::vector<std::uint32_t> counts_of(const State& state, const Unit& unit);

/// Sets the module, its file and each GPU's driver to what these counts need; all 0: no module.
void complete_module(const Unit& unit, const State& now, const Kept& kept, State& target);

/// The file as it is, with these counts: what the driver is told while it runs it does not keep,
/// and a reload is to give the same. A file that already says so stays as it is written.
void keep_counts(const Unit& unit, const State& now, State& target);

/// The driver writes its file itself where a mode is set while it is loaded.
void leave_file_to_driver(State& target);

/// Whether the module must go, come, or both.
bool must_reload(const Road& road, const Unit& unit);
void reload(Road& road, const Unit& unit);

}  // namespace vfmgr::amd_gim
