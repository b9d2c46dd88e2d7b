// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backends/backend.hpp"

namespace vfmgr {

/// Intel GPUs under the xe driver whose kernel has the sriov_admin/ tree.
const Backend& intel_xe_backend();

}  // namespace vfmgr
