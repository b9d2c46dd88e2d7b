// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include <vector>

namespace vfmgr {

/// All faults, at least one, in one: the first in the order of their places in the user's text has
/// the others as its `also`.
Error joined(std::vector<Error> faults);

}  // namespace vfmgr
