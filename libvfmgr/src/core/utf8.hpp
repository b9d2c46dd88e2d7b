// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace vfmgr {

/// Whether these bytes are well-formed UTF-8 (Unicode 15, table 3-7: no overlong forms, no
/// surrogates, nothing above U+10FFFF).
bool is_utf8(std::string_view bytes);

/// The same text with each byte that belongs to no well-formed sequence as U+FFFD.
std::string to_utf8(std::string_view bytes);

}  // namespace vfmgr
