// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/machine.hpp"

#include <optional>
#include <string_view>

// GIM's files in sysfs, of a PF and of the driver (MxGPU gim_shim/sysfs/gim_monitor.c).
namespace vfmgr::sim::gim {

/// Makes a PF's files, and with that it counts as one that came up.
void make_files(Machine& machine, const PciAddress& pf);
/// Shows in the files of all GPUs, and in those of the driver, what has become of them.
void show_files(Machine& machine);
void remove_files(Machine& machine, const PciAddress& pf);
/// The driver's own: they come with the end of a load.
void make_driver_files(Machine& machine);
bool has_driver_files(const Machine& machine);

/// A write to one of them; nothing: it is none. A store says that it worked, whatever came of it;
/// only what cannot be read at all is EINVAL.
std::optional<int> write_file(Machine& machine, const WriteCall& call);
/// A PF's file was read that acts when that is done.
void file_was_read(Machine& machine, const PciAddress& pf, std::string_view leaf);

}  // namespace vfmgr::sim::gim
