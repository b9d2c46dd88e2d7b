// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backends/backend.hpp"

namespace vfmgr {

/// amd-gpuiov: AMD's GPUs on hosts without a driver for them, by their registers (its README has
/// the sources).
const Backend& amd_gpuiov_backend();

}  // namespace vfmgr
