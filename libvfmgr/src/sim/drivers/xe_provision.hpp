// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/drivers/xe_card.hpp"
#include "sim/machine.hpp"

#include <cstdint>

// What xe gives VFs when they are enabled, and takes back when they go (xe 6.17 to 7.0:
// xe_pci_sriov.c, xe_gt_sriov_pf_config.c; after 7.0: xe_sriov_pf_provision.c).
namespace vfmgr::sim::xe {

/// In auto mode gives VFs 1 to `vfs` what they lack. 0 or an errno; then they have nothing.
int provision(Machine& machine, const Card& card, std::uint32_t vfs);
/// In auto mode takes everything of VFs 1 to `vfs`; what stands above them stays.
void unprovision(Machine& machine, const Card& card, std::uint32_t vfs);
/// Where the driver does so: the PF's time slices and priority go with its VFs (drm-xe-next).
void reset_pf(Machine& machine, const Card& card);
/// A write to restore_auto_provisioning: back to auto mode, where no VF has anything. 0 or EBUSY.
int restore_auto(Machine& machine, const Card& card);

}  // namespace vfmgr::sim::xe
