// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"

#include "kernel/kernel.hpp"

#include <vector>

namespace vfmgr::intel {

/// Why no VFs can be made on a display controller of Intel's, or not well, as far as files of its
/// host tell it: what was read, what that means, and what to do. Empty: nothing is known against
/// it, or it is not Intel's, or given away to a VM.
std::vector<Finding> prerequisites(const Kernel& kernel, const Gpu& gpu);

}  // namespace vfmgr::intel
