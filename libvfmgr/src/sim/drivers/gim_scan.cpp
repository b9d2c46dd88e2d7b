// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/gim_scan.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vfmgr::sim::gim {

namespace {

constexpr std::string_view kBlanks = " \t\n\v\f\r";
constexpr std::string_view kDigits = "0123456789";

std::string_view without_blanks(std::string_view text) {
  text = text.substr(0, text.find('\0'));
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text;
}

/// The digits in front, modulo 2^32 as an int takes them; nothing: none.
std::optional<std::uint32_t> digits_of(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_not_of(kDigits), text.size());
  if (end == 0) {
    return std::nullopt;
  }
  std::uint32_t value = 0;
  for (const char digit : text.substr(0, end)) {
    value = (value * 10) + static_cast<std::uint32_t>(digit - '0');
  }
  text.remove_prefix(end);
  return value;
}

}  // namespace

std::optional<std::uint32_t> scan_unsigned(std::string_view text) {
  text = without_blanks(text);
  return digits_of(text);
}

std::optional<std::uint32_t> scan_number(std::string_view& text) {
  text = without_blanks(text);
  return digits_of(text);
}

std::optional<std::int64_t> scan_signed(std::string_view& text) {
  text = without_blanks(text);
  const bool minus = text.starts_with('-');
  text.remove_prefix(minus ? 1 : 0);
  const auto value = digits_of(text);
  if (!value) {
    return std::nullopt;
  }
  return minus ? -std::int64_t{*value} : std::int64_t{*value};
}

std::string_view scan_word(std::string_view text, std::size_t most) {
  text = without_blanks(text);
  return text.substr(0, std::min(text.find_first_of(kBlanks), most));
}

}  // namespace vfmgr::sim::gim
