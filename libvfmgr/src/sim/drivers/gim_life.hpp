// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/machine.hpp"

// How GPUs come up under GIM and go (MxGPU gim_shim/gim_drv.c).
namespace vfmgr::sim::gim {

/// gim_init, behind the binding: reads what is wanted, brings all GPUs up, makes what is the
/// driver's, and applies the saved memory mode.
void bring_up_all(Machine& machine);
/// The initialisation of a GPU that is bound while the module is there already. gim_probe leaves it
/// to a thread and returns.
void bring_up_one(Machine& machine, const PciAddress& pf);
/// gim_remove, once its VFs have gone.
void take_down(Machine& machine, const PciAddress& pf);
void take_down_driver(Machine& machine);
/// Shows in all files what has become of the GPUs.
void show_all(Machine& machine);

}  // namespace vfmgr::sim::gim
