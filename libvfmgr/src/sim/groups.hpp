// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/machine.hpp"

#include <optional>
#include <string>
#include <vector>

// IOMMU groups and the vfio nodes of the functions in them.
namespace vfmgr::sim {

/// Puts a VF in its group. A PF's fact "vf_groups" says how: the number of VF 0's group, the others
/// follow; or "shared", with the PF; or nothing: not behind an IOMMU. Numbers of a real kernel
/// depend on what was there before; here they are fixed, so that two roads to the same host end in
/// the same dump.
void join_group(Machine& machine, const PciAddress& vf);
/// Puts a function in this group.
void put_in_group(Machine& machine, const PciAddress& function, const std::string& group);
/// Takes a function out of its group; an empty group goes.
void leave_group(Machine& machine, const PciAddress& function);
/// The number of a function's group; empty: none.
std::string group_of(const Machine& machine, const PciAddress& function);
/// The functions in a group; for a mediated device its parent.
std::vector<PciAddress> members_of(const Machine& machine, const std::string& group);
/// Whether a VM has a function of this one's group: then no host driver is probed on any of them
/// (iommu.c:iommu_device_use_default_domain, 6.1 to 7.2; 5.10 does not ask).
bool user_owns_group(const Machine& machine, const PciAddress& function);
/// Whether another function of its group is on a host driver: then no VM gets any of them
/// (iommu.c:iommu_group_claim_dma_owner).
bool host_owns_group(const Machine& machine, const PciAddress& function);
/// Makes `dev:vfio/N` while a function of the group is on a vfio driver, and takes it away after
/// (vfio/group.c:vfio_device_set_group, vfio_device_remove_group).
void update_vfio_node(Machine& machine, const std::string& group);

}  // namespace vfmgr::sim
