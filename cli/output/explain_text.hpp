// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"

#include "output/style.hpp"

#include <span>
#include <string>

namespace vgpuctl {

/// Where in the profile each value comes from: a line a value, under its GPU. Empty: nothing is
/// asked for.
std::string explain_text(std::span<const vfmgr::Explained> values, const Style& style);

}  // namespace vgpuctl
