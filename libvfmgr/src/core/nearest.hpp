// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vfmgr {

/// The candidate that somebody who wrote `word` most likely meant; none if nothing is near, or if
/// several are and nothing tells which.
std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> candidates);

/// Shell-like matching of a whole text: '*' any run, '?' any one, '[a-c]' one of. Bytes; no locale.
bool glob_match(std::string_view pattern, std::string_view text);

}  // namespace vfmgr
