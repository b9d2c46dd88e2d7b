// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"

#include "backends/intel/families.hpp"
#include "kernel/kernel.hpp"

#include <vector>

namespace vfmgr::intel {

/// Whether the i915 that is loaded is one that can make VFs: Intel's backport or i915-sriov-dkms.
/// The kernel's own has neither their parameter nor their files.
bool i915_has_sriov(const Kernel& kernel, const Gpu& gpu);

/// Who makes VFs on this GPU in place of the kernel's own i915. Empty: nobody that is known.
std::vector<Finding> instead_of_i915(const Gpu& gpu, const Family* family);

/// Why an i915 with SR-IOV allows no VFs on a PF that has the capability. Precondition: it is bound
/// to it and sriov_totalvfs reads 0.
std::vector<Finding> why_i915_makes_none(const Kernel& kernel, const Family* family);

}  // namespace vfmgr::intel
