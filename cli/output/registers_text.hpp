// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/registers.hpp"

#include "output/style.hpp"

#include <string>

namespace vgpuctl {

/// `registers`: a line a register or part of one, under the capability that it is in, or under its
/// BAR.
std::string registers_text(const vfmgr::Registers& registers, const Style& style);

}  // namespace vgpuctl
