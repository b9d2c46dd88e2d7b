// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"

#include "core/settings.hpp"

#include <cstdint>
#include <vector>

namespace vfmgr {

/// Where each value that is asked of a GPU comes from. `count`: how many VFs it will have. In the
/// order of: their number, the GPU itself, its VFs by attribute, defaults that were skipped. Pure.
std::vector<Explained> explain(const Desired& desired, std::uint32_t count);

}  // namespace vfmgr
