// SPDX-License-Identifier: Apache-2.0
#include "output/style.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace vgpuctl {

namespace {

std::string_view code_of(Paint paint) {
  switch (paint) {
    case Paint::none:
      break;
    case Paint::bold:
      return "1";
    case Paint::faint:
      return "2";
    case Paint::good:
      return "32";
    case Paint::changed:
      return "33";
    case Paint::bad:
      return "1;31";
  }
  return "";
}

bool continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// Overlong forms, surrogates and what is beyond U+10FFFF: the second byte tells (RFC 3629, 4).
bool is_no_character(unsigned char first, unsigned char second) {
  return (first == 0xE0U && second < 0xA0U) || (first == 0xEDU && second > 0x9FU) ||
         (first == 0xF0U && second < 0x90U) || (first == 0xF4U && second > 0x8FU);
}

/// How many bytes the character at the front takes; 0 if it is no UTF-8.
std::size_t length_of_character(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80U) {
    return 1;
  }
  const std::size_t length = first >= 0xF0U ? 4 : first >= 0xE0U ? 3 : 2;
  if (first < 0xC2U || first > 0xF4U || text.size() < length ||
      !std::ranges::all_of(text.substr(1, length - 1), continues) ||
      is_no_character(first, static_cast<unsigned char>(text[1]))) {
    return 0;
  }
  return length;
}

/// Those that break lines (U+2028, U+2029) or make text read in another direction than it stands
/// (U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069; U+061C): all of what follows, even.
bool is_layout(std::string_view character) {
  const auto is_one_of = [character](
                             std::string_view before, unsigned char from, unsigned char to) {
    const auto last = static_cast<unsigned char>(character.back());
    return character.substr(0, character.size() - 1) == before && last >= from && last <= to;
  };
  return is_one_of("\xE2\x80", 0x8EU, 0x8FU) || is_one_of("\xE2\x80", 0xA8U, 0xAEU) ||
         is_one_of("\xE2\x81", 0xA6U, 0xA9U) || is_one_of("\xD8", 0x9CU, 0x9CU);
}

/// Control characters of both halves (U+0080 to U+009F are "c2 80" to "c2 9f").
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  const bool upper =
      first == 0xC2U && character.size() == 2 && static_cast<unsigned char>(character[1]) < 0xA0U;
  return first < 0x20U || first == 0x7FU || upper || is_layout(character);
}

}  // namespace

std::string Style::paint(Paint paint, std::string_view text) const {
  const std::string_view code = code_of(paint);
  return colour && !code.empty() && !text.empty() ? fmt::format("\x1b[{}m{}\x1b[0m", code, text)
                                                  : std::string(text);
}

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char byte) { return !continues(byte); }));
}

std::string plain(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t length = length_of_character(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(length, 1));
    if (length == 0 || is_control(character)) {
      for (const char byte : character) {
        shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
      }
    } else {
      shown += character;
    }
    text.remove_prefix(character.size());
  }
  return shown;
}

std::string brief(std::string_view text, std::size_t most) {
  // A character takes at most four bytes, so what lies beyond can't be shown anyway.
  std::string shown = plain(text.substr(0, most * 4 + 4));
  if (columns(shown) <= most) {
    return shown;
  }
  std::size_t end = 0;
  for (std::size_t column = 0; column + 1 < most; ++column) {
    end += std::max<std::size_t>(length_of_character(std::string_view(shown).substr(end)), 1);
  }
  return shown.substr(0, end) + "…";
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace vgpuctl
