// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"

#include "output/style.hpp"

#include <span>
#include <string>

namespace vgpuctl {

/// What earlier runs set and the profile does not name any more, VFs of the same value in one line;
/// empty: nothing.
std::string left_over_text(std::span<const vfmgr::LeftOver> all, const Style& style);

}  // namespace vgpuctl
