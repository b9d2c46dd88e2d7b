// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vfmgr::config_space {

/// A little-endian number of up to eight bytes. Nothing where the bytes that were read end before
/// it does: what was not read is never 0.
std::optional<std::uint64_t> number(std::string_view config, std::size_t at, std::size_t bytes);

/// A register that nobody answered for: all of its bits are ones, or of one byte those of the four
/// around it (PCI reads are of four bytes at least, and without an answer give ones).
bool is_unanswered(std::string_view config, std::size_t at, std::size_t bytes);

/// Its bits from `low` on.
constexpr std::uint64_t bits_of(std::uint64_t value, std::uint32_t low, std::uint32_t bits) {
  const std::uint64_t down = value >> low;
  return bits >= 64 ? down : down & ((std::uint64_t{1} << bits) - 1);
}

}  // namespace vfmgr::config_space
