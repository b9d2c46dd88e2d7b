// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include <cstddef>
#include <vector>

namespace vfmgr {

/// All faults, at least one, in one: the first has the others as its `also`, in their order.
Error gathered(std::vector<Error> faults);

/// The same in the order of their places in the user's text.
Error joined(std::vector<Error> faults);

/// As many faults as anybody goes through: looking for more ends here, so that a long text with
/// nothing right in it costs no more than a short one.
inline constexpr std::size_t kMostFaults = 1000;
inline bool enough(const std::vector<Error>& faults) {
  return faults.size() >= kMostFaults;
}

}  // namespace vfmgr
