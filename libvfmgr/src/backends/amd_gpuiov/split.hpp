// SPDX-License-Identifier: Apache-2.0
// From a wish to the registers: who gets which stretch of the framebuffer. Pure.
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "core/settings.hpp"

#include <vector>

namespace vfmgr::amd_gpuiov {

/// The registers as a wish has them, and why they can't be.
struct Split {
  State registers;  ///< those that it names, and what goes with them; none: it names nothing
  std::vector<Error> faults;
};

/// VFs that are named lie one behind the other, where the others leave room; the others stay.
Split split_of(const Gpu& gpu, const State& now, const Desired& desired);

}  // namespace vfmgr::amd_gpuiov
