// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/setting.hpp"

#include "core/attributes.hpp"
#include "core/profile_values.hpp"
#include "core/text_tree.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace vfmgr {

/// What gives an attribute back to its driver.
inline constexpr std::string_view kDefaultWord = "default";

// Attributes of which a word is said; what is wrong goes to the faults and the result is empty.

/// A driver's name, or one of the row's words.
std::optional<Setting> read_driver(const Reading& reading,
                                   const AttributeRow& row,
                                   const TreeNode& node);
/// One of the row's words.
std::optional<std::string> read_word(const Reading& reading,
                                     const AttributeRow& row,
                                     const TreeNode& node);
/// A list of them, each once.
std::optional<Setting> read_words(const Reading& reading,
                                  const AttributeRow& row,
                                  const TreeNode& node);

}  // namespace vfmgr
