// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vfmgr {

/// The parts of a text between these characters; what ends with one has no empty part behind it.
std::vector<std::string_view> split(std::string_view text, char at);

/// The words of a text, between blanks: several count as one.
std::vector<std::string> words_of(std::string_view text);

/// Without the blanks, tabs and carriage returns around it.
std::string_view trimmed(std::string_view text);

}  // namespace vfmgr
