// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"

#include "output/style.hpp"

#include <string>

namespace vgpuctl {

/// How this program is called for the same host, and with which profile.
struct CheckedBy {
  std::string program;  ///< "vgpuctl --sim lab.vfhost"
  std::string file;     ///< empty: the installed one
};

/// `check`: each difference, and what apply would touch by `plan` (nullptr: there is none).
std::string check_text(const vfmgr::CheckReport& report,
                       const vfmgr::Plan* plan,
                       const CheckedBy& by,
                       const Style& style);

}  // namespace vgpuctl
