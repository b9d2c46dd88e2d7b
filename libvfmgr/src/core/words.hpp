// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

namespace vfmgr {

/// The parts of a text between these characters; what ends with one has no empty part behind it.
std::vector<std::string_view> split(std::string_view text, char at);

/// Without the blanks, tabs and carriage returns around it.
std::string_view trimmed(std::string_view text);

}  // namespace vfmgr
