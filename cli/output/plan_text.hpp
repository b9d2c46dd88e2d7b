// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"

#include "output/style.hpp"

#include <string>

namespace vgpuctl {

/// `plan`, `--dry-run`: what would be done to each GPU, in order, and what it would cost. `all`:
/// the steps that only serve others, too.
std::string plan_text(const vfmgr::Plan& plan, const Style& style, bool all);

}  // namespace vgpuctl
