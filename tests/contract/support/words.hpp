// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "contract/support/case.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::contract {

/// A line in words: bare ones, 'literal' ones, and "escaped" ones (\n \t \0 \\ \" \xHH). What is
/// wrong with it goes into `fault`; nothing then.
std::optional<std::vector<Word>> split_words(std::string_view line, std::string& fault);

}  // namespace vfmgr::contract
