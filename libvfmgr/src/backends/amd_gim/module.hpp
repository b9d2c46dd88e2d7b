// SPDX-License-Identifier: Apache-2.0
// What both of AMD's host drivers named gim have in common, this one and that of the S7150: VFs
// come when the module is loaded, and go with it, on all GPUs of the unit at once.
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/units.hpp"

#include "backends/toolkit.hpp"
#include "kernel/kernel.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace vfmgr::amd_gim {

Place module_place();
Place config_place();

/// Loading resets or posts each GPU, one after the other, and is done when all are up
/// (gim_drv.c:gim_init; S7150: gim_adapter.c:set_new_adapter).
inline constexpr Milliseconds kReloadLimit{120'000};

/// Whether a module of this name is loaded, or there is one to be loaded. What can't be told counts
/// as that.
bool may_be_here(const Kernel& kernel);

/// All its GPUs, which share the fate of the module; none: no unit.
std::vector<Unit> unit_of_all(std::span<const Gpu> gpus);

/// "loaded vf_num=8 …": 8; empty: none was given.
std::string vf_num_in(const std::string& module);

/// Whether the road is where the target wants a place to be.
bool as_wanted(const Road& road, const Place& place);

/// The unload, and the load as the target has the module, which makes `vfs` VFs on all GPUs
/// together: but for what they do to each GPU.
Change unload_of(const Road& road, const Unit& unit);
Change load_of(const Road& road, const Value& module, std::uint64_t vfs);
/// What both do to a GPU that has `vfs` VFs then: its users are disturbed, the VFs are new.
void add_count(Change& change, const Road& road, const PciAddress& pf, std::uint32_t vfs);

/// The host keeps its hands off the VFs to come, and the present ones are let go of.
void release_vfs(Road& road, const Unit& unit);
/// The file as the driver is to find it where the target names one: nothing of an older text may be
/// left behind it, since both write over what is there without cutting it off
/// (gim_config.c:gim_conf_write_conf_file; S7150: write_config_file).
void write_config(Road& road, const std::string& text);
/// Gives the file back where somebody else's stood there, and the driver has put its own in its
/// place.
void settle_config(Road& road);

}  // namespace vfmgr::amd_gim
