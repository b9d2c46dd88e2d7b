// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace vfmgr {

// Numbers that fill a whole text: no sign, no blank, nothing behind them; none where they do not.

/// "12".
std::optional<std::uint64_t> decimal(std::string_view text);
/// "1a", in either case and without a prefix.
std::optional<std::uint64_t> hexadecimal(std::string_view text);
/// "0x1a" or "0X1a" is hexadecimal; without the prefix `base` is meant.
std::optional<std::uint64_t> prefixed(std::string_view text, int base);

}  // namespace vfmgr
