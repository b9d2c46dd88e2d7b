// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/machine.hpp"

#include <optional>

// GIM's files in debugfs, a directory for each GPU that came up when the module was loaded (MxGPU
// gim_shim/sysfs/gim_debugfs.c). Of them there are here those that say how memory and time are
// dealt out; others reset and hang GPUs.
namespace vfmgr::sim::gim {

/// The end of a load; a GPU that comes up later has none.
void make_debug_files(Machine& machine);
/// Shows what has become of all GPUs that have them.
void show_debug_files(Machine& machine);
void remove_debug_files(Machine& machine, const PciAddress& pf);
/// Each VF has the time slice that so many have unasked.
void default_slices(Machine& machine, const PciAddress& pf);
/// A write to one of them; nothing: it is none.
std::optional<int> write_debug_file(Machine& machine, const WriteCall& call);

}  // namespace vfmgr::sim::gim
