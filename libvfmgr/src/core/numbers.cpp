// SPDX-License-Identifier: Apache-2.0
#include "core/numbers.hpp"

#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>

namespace vfmgr {

namespace {

constexpr int kDecimal = 10;
constexpr int kHex = 16;

std::optional<std::uint64_t> whole(std::string_view text, int base) {
  std::uint64_t value = 0;
  const char* const begin = std::to_address(text.begin());
  const char* const end = begin + text.size();
  const auto [stop, error] = std::from_chars(begin, end, value, base);
  if (text.empty() || error != std::errc{} || stop != end) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

std::optional<std::uint64_t> decimal(std::string_view text) {
  return whole(text, kDecimal);
}

std::optional<std::uint64_t> hexadecimal(std::string_view text) {
  return whole(text, kHex);
}

std::optional<std::uint64_t> prefixed(std::string_view text, int base) {
  if (text.starts_with("0x") || text.starts_with("0X")) {
    return whole(text.substr(2), kHex);
  }
  return whole(text, base);
}

}  // namespace vfmgr
