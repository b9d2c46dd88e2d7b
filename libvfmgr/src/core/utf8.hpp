// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vfmgr {

/// Whether these bytes are well-formed UTF-8 (Unicode 15, table 3-7: no overlong forms, no
/// surrogates, nothing above U+10FFFF).
bool is_utf8(std::string_view bytes);

/// How many bytes at the front are.
std::size_t utf8_prefix(std::string_view bytes);

/// The same text with each byte that belongs to no well-formed sequence as U+FFFD.
std::string to_utf8(std::string_view bytes);

/// Adds the character of that number; false: there is none, as of halves of characters
/// (surrogates).
bool append_utf8(std::uint32_t code, std::string& into);

}  // namespace vfmgr
