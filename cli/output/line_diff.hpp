// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "output/style.hpp"

#include <string>
#include <string_view>

namespace vgpuctl {

/// What lines of a text go and which come, each with its sign before it, with the lines around
/// them: for texts that a person wrote. Empty: they are alike.
std::string line_diff(std::string_view before, std::string_view after, const Style& style);

}  // namespace vgpuctl
