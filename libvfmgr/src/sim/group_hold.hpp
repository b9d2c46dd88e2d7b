// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"

#include "kernel/kernel.hpp"
#include "sim/machine.hpp"

#include <filesystem>
#include <memory>
#include <vector>

// A vfio group's node can be open once (vfio/group.c:vfio_group_fops_open). Simulated VMs that have
// it open stand in the host file; real processes lock a file per node in the state folder, which
// goes with the process.
namespace vfmgr::sim {

/// 0, or the errno of opening the node as far as the machine knows: ENOENT, EBUSY.
int can_open(const Machine& machine, const Place& node);
/// Who has it open: simulated VMs, as QEMU processes, and programs on the host.
std::vector<Opener> openers_of(const Machine& machine, const Place& node);
/// Locks the node for this process. Errors: io with EBUSY (another process has it), others.
Result<std::unique_ptr<Hold>> hold_group(const std::filesystem::path& folder, const Place& node);
/// Whether a process has it.
bool is_held(const std::filesystem::path& folder, const Place& node);

}  // namespace vfmgr::sim
