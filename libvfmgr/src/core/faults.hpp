// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include <vector>

namespace vfmgr {

/// All faults, at least one, in one: the first has the others as its `also`, in their order.
Error gathered(std::vector<Error> faults);

/// The same in the order of their places in the user's text.
Error joined(std::vector<Error> faults);

}  // namespace vfmgr
