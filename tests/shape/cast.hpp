// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "../matrix/case.hpp"

namespace vfmgr::shape {

/// The toy backends and toy drivers: devices whose hardware is shaped otherwise than any that is
/// shipped.
matrix::Cast cast();

}  // namespace vfmgr::shape
