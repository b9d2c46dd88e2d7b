// SPDX-License-Identifier: Apache-2.0
#include "output/style.hpp"

#include <fmt/format.h>
#include <utf8proc.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace vgpuctl {

namespace {

constexpr std::size_t kMostBytes = 16;  // of a column, with all the marks that stand on a letter

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

/// The first character of a text that is not empty: its bytes, and how a terminal shows it.
struct Character {
  std::string_view bytes;
  std::size_t columns = 1;
  bool shows = true;  ///< false: no UTF-8, or what steers a terminal or the order of a text
};

Character front_of(std::string_view text) {
  utf8proc_int32_t point = 0;
  const auto length =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),  // NOLINT(*-cast)
                       static_cast<utf8proc_ssize_t>(text.size()),
                       &point);
  if (length <= 0) {
    return {.bytes = text.substr(0, 1), .shows = false};
  }
  const std::string_view bytes = text.substr(0, static_cast<std::size_t>(length));
  constexpr utf8proc_int32_t kNonJoiner = 0x200C;
  constexpr utf8proc_int32_t kJoiner = 0x200D;
  switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return {.bytes = bytes, .columns = 0, .shows = false};
    case UTF8PROC_CATEGORY_CF:
      // Some scripts and emoji need these two. The others are invisible or turn the order around.
      return {.bytes = bytes, .columns = 0, .shows = point == kJoiner || point == kNonJoiner};
    default:
      return {.bytes = bytes, .columns = static_cast<std::size_t>(utf8proc_charwidth(point))};
  }
}

/// What plain() makes of it.
std::string made_plain(const Character& character) {
  if (character.shows) {
    return std::string(character.bytes);
  }
  std::string escapes;
  for (const char byte : character.bytes) {
    escapes += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
  }
  return escapes;
}

}  // namespace

std::string Style::paint(Paint paint, std::string_view text) const {
  const std::string_view code = code_of(paint);
  return colour && !code.empty() && !text.empty() ? fmt::format("\x1b[{}m{}\x1b[0m", code, text)
                                                  : std::string(text);
}

std::size_t columns(std::string_view text) {
  std::size_t sum = 0;
  while (!text.empty()) {
    const Character character = front_of(text);
    sum += character.columns;
    text.remove_prefix(character.bytes.size());
  }
  return sum;
}

std::string plain(std::string_view text) {
  std::string all;
  while (!text.empty()) {
    const Character character = front_of(text);
    all += made_plain(character);
    text.remove_prefix(character.bytes.size());
  }
  return all;
}

std::string brief(std::string_view text, std::size_t most) {
  // The text as far as it leaves a column for "…", and beyond that as far as it fits.
  std::string begin;
  std::string all;
  std::size_t used = 0;
  while (!text.empty()) {
    const Character character = front_of(text);
    const std::string piece = made_plain(character);
    used += columns(piece);
    // A terminal stacks marks without limit; a name does not need many.
    if (used > most || all.size() > most * kMostBytes) {
      return begin + "…";
    }
    all += piece;
    if (used < most) {
      begin = all;
    }
    text.remove_prefix(character.bytes.size());
  }
  return all;
}

std::string brief_end(std::string_view text, std::size_t most) {
  std::size_t left = columns(text);
  if (left <= most) {
    return std::string(text);
  }
  // A mark whose letter went would stand on what comes before it.
  for (bool cut = true; cut && !text.empty();) {
    const Character first = front_of(text);
    cut = left + 1 > most || first.columns == 0;
    left -= cut ? first.columns : 0;
    text.remove_prefix(cut ? first.bytes.size() : 0);
  }
  return "…" + std::string(text);
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace vgpuctl
