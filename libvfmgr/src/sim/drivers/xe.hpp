// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/driver.hpp"

namespace vfmgr::sim {

/// Intel's xe, in each generation of its interface to the administrator. Facts of a PF say which,
/// and what the GPU has (xe_card.hpp; docs/host-file.md); without any it is the newest one with
/// `sriov_admin/` and `vram_quota` and no debugfs, in auto-provisioning mode, which sysfs never
/// leaves.
const SimDriver& xe_driver();

}  // namespace vfmgr::sim
