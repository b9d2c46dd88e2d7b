// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/machine.hpp"

#include <cstdint>

// VFs and functions coming and going, as the PCI core does it.
namespace vfmgr::sim {

/// The core's enable (iov.c:sriov_enable): all checks, then `vfs` VFs with their files, links,
/// groups, and the drivers that take them. What a driver's sriov_configure calls. Costs simulated
/// time. 0 or an errno.
int enable_vfs(Machine& machine, const PciAddress& pf, std::uint32_t vfs);
/// The core's disable (iov.c:sriov_disable): all VFs go, one second passes.
void disable_vfs(Machine& machine, const PciAddress& pf);
/// Takes away the VFs from index `keep` on: what a disable looks like that stopped half-way.
void keep_vfs(Machine& machine, const PciAddress& pf, std::uint32_t keep);
/// Takes away the VFs below index `before`, and the links between the PF and that one, as a disable
/// has done when it blocks on VF `before` (iov.c:pci_iov_remove_virtfn unlinks before it removes).
void stop_disable_at(Machine& machine, const PciAddress& pf, std::uint32_t before);
/// A function disappears, with its VFs and all links to it.
void remove_function(Machine& machine, const PciAddress& function);

}  // namespace vfmgr::sim
