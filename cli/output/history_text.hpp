// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/history.hpp"

#include "output/style.hpp"

#include <string>
#include <vector>

namespace vgpuctl {

/// Past runs, a line for each and GPU, the last one last.
std::string history_text(const std::vector<vfmgr::PastRun>& runs, const Style& style);

/// That these runs are kept from now on.
std::string kept_text(const std::vector<vfmgr::PastRun>& runs);

}  // namespace vgpuctl
