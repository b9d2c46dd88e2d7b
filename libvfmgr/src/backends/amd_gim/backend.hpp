// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backends/backend.hpp"

namespace vfmgr {

/// amd-gim: AMD's host driver of Instinct and Radeon PRO (its README has the sources).
const Backend& amd_gim_backend();

}  // namespace vfmgr
