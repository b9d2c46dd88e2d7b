// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backends/backend.hpp"

namespace vfmgr {

/// Intel GPUs under an i915 that has the prelim_iov/ tree: Intel's backports, i915-sriov-dkms.
const Backend& intel_i915_backend();

}  // namespace vfmgr
