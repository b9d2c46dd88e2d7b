// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"

#include "backends/intel/families.hpp"
#include "kernel/kernel.hpp"

#include <optional>

namespace vfmgr::intel {

/// Why xe allows no VFs on a PF that has the capability, by the first of its reasons that a file
/// tells. Precondition: xe is bound to it and sriov_totalvfs reads 0.
Finding why_xe_makes_none(const Kernel& kernel, const Gpu& gpu, const Family* family);

/// What keeps the shares of xe's VFs from being set where this xe has them in debugfs alone; none:
/// nothing does, or they are in sysfs.
std::optional<Finding> why_xe_shares_alone(const Kernel& kernel,
                                           const Gpu& gpu,
                                           const Family* family);

}  // namespace vfmgr::intel
