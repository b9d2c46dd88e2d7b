// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backends/backend.hpp"

namespace vfmgr {

/// amd-gim-s7150: AMD's first host driver, of FirePro S7150 (its README has the sources).
const Backend& amd_gim_s7150_backend();

}  // namespace vfmgr
