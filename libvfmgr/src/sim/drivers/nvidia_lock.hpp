// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/machine.hpp"

#include <optional>
#include <string>
#include <string_view>

// A PF's entry in procfs with its unbindLock (OGKM kernel-open/nvidia/nv-procfs.c), its node in
// /dev, and who has that open.
namespace vfmgr::sim::nvidia {

/// Gives the GPU its minor number and node, as its probe does.
void add_node(Machine& machine, const PciAddress& pf);
/// "nvidia0"; empty: it has none.
std::string node_of(const Machine& machine, const PciAddress& pf);
/// Makes the entry in procfs.
void add_entry(Machine& machine, const PciAddress& pf);
void remove_entry(Machine& machine, const PciAddress& pf);
/// Whether the GPU's usage count is above 0: an NVML client or a VM with a vGPU.
bool in_use(const Machine& machine, const PciAddress& pf);
/// Whether somebody has the lock.
bool is_locked(const Machine& machine, const PciAddress& pf);
/// What was written to the lock takes effect. 0 or an errno: that it is not had is none.
int write_lock(Machine& machine, const PciAddress& pf, std::string_view bytes);
/// The PF whose lock a path in proc is.
std::optional<PciAddress> pf_of_lock(std::string_view path);

}  // namespace vfmgr::sim::nvidia
