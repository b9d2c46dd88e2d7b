// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/driver.hpp"

namespace vfmgr::sim {

/// Intel's xe with `sriov_admin/` and `vram_quota`, in auto-provisioning mode, which sysfs never
/// leaves. Facts of a PF: "vram_usable" (bytes that VFs can get in all), "tiles" (1 unless said).
const SimDriver& xe_driver();

}  // namespace vfmgr::sim
