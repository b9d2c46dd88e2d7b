// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/driver.hpp"
#include "sim/drivers/xe_card.hpp"
#include "sim/drivers/xe_paths.hpp"
#include "sim/machine.hpp"

// What comes of a write to a file of xe's: 0 or an errno.
namespace vfmgr::sim::xe {

/// Below sriov_admin/: on all GTs at once; the mode stays as it is.
int write_admin(Machine& machine, const Card& card, const AdminFile& file, const WriteCall& call);
/// In debugfs: on one GT or tile; any but those that tell one VF to stop and the like make the
/// driver leave provisioning to whoever writes.
int write_debug(Machine& machine, const Card& card, const DebugFile& file, const WriteCall& call);

}  // namespace vfmgr::sim::xe
