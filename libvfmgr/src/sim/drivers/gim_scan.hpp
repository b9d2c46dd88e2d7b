// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

// What lib/vsprintf.c:vsscanf takes for numbers and words, which GIM reads its files with: what
// stands behind is not looked at.
namespace vfmgr::sim::gim {

/// "%u": blanks, then digits.
std::optional<std::uint32_t> scan_unsigned(std::string_view text);
/// "%u", and takes what it has read away.
std::optional<std::uint32_t> scan_number(std::string_view& text);
/// "%d", and takes what it has read away.
std::optional<std::int64_t> scan_signed(std::string_view& text);
/// "%4s" and the like: blanks, then so many characters at most up to the next blank; empty: none.
std::string_view scan_word(std::string_view text, std::size_t most);

}  // namespace vfmgr::sim::gim
