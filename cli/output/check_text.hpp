// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"

#include "output/style.hpp"

#include <string>
#include <string_view>

namespace vgpuctl {

/// `check`: each difference, and what apply would touch by `plan` (nullptr: there is none).
std::string check_text(const vfmgr::CheckReport& report,
                       const vfmgr::Plan* plan,
                       std::string_view file,
                       const Style& style);

}  // namespace vgpuctl
