// SPDX-License-Identifier: Apache-2.0
// What the driver makes of its parameter and its file when it is loaded, on the way to a target.
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/units.hpp"

#include "backends/toolkit.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace vfmgr::amd_gim {

using Counts = std::map<PciAddress, std::uint32_t>;

/// How many VFs each GPU has once the driver is loaded: those that are wanted, but where others
/// were made while it ran, those that it was loaded with, by what it says itself, its parameter or
/// its file.
Counts counts_at_load(const Road& road, const Unit& unit);
/// What the file is to say when the driver is loaded: what is wanted, and of the counts those that
/// it is loaded with. Of others than its parameter's it would forget the modes
/// (gim_config.c:gim_conf_clear_saved_persist_config).
std::string file_at_load(const Road& road, const Unit& unit);

}  // namespace vfmgr::amd_gim
