// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"

#include "output/style.hpp"

#include <string>

namespace vgpuctl {

/// What nothing could bring back once a plan has run, by its reason; empty: nothing would be lost.
std::string lost_text(const vfmgr::Plan& plan, const Style& style);

}  // namespace vgpuctl
