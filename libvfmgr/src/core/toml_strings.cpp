// SPDX-License-Identifier: Apache-2.0
// Strings of TOML: "basic", 'literal', and both in three quotes over several lines.
#include "vfmgr/result.hpp"

#include "core/numbers.hpp"
#include "core/text_tree.hpp"
#include "core/toml_scan.hpp"
#include "core/try.hpp"
#include "core/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr {

namespace {

struct TomlEscape {
  char letter, byte;
};
constexpr std::array kTomlEscapes{TomlEscape{'b', '\b'},
                                  TomlEscape{'t', '\t'},
                                  TomlEscape{'n', '\n'},
                                  TomlEscape{'f', '\f'},
                                  TomlEscape{'r', '\r'},
                                  TomlEscape{'"', '"'},
                                  TomlEscape{'\\', '\\'}};

}  // namespace

Result<std::string> TomlScan::take_string() {
  const std::size_t begin = at_;
  for (const std::string_view quote : {R"(""")", "'''", "\"", "'"}) {
    if (!take(quote)) {
      continue;
    }
    std::string text;
    if (quote.size() == 3 && !take("\n")) {
      take("\r\n");
    }
    while (!take(quote)) {
      TRY_VOID(take_part(quote, begin, text));
    }
    // Up to two quotes may stand before the three that close it.
    for (int more = 0; quote.size() == 3 && more < 2 && take(quote.substr(0, 1)); ++more) {
      text += quote.front();
    }
    return text;
  }
  return unexpected("a string", {});
}

/// A character, an escape or the end of a line within a string.
Result<void> TomlScan::take_part(std::string_view quote, std::size_t begin, std::string& into) {
  const bool several_lines = quote.size() == 3;
  if (at_end() || (!several_lines && at_line_end())) {
    const std::string_view opened = between(begin, at_);
    const std::size_t end = std::min(opened.find_first_of("\r\n"), opened.size());
    return fault(begin,
                 begin + end,
                 several_lines ? "a string that is never closed" : "a string without its end",
                 fmt::format("close it with {}{}", quote, several_lines ? "" : " on its line"));
  }
  if (several_lines && at_line_end()) {
    into += '\n';
    skip(starts_with("\r\n") ? 2 : 1);
    return {};
  }
  if (is_control(text_[at_])) {
    return unexpected(
        "a string",
        fmt::format(R"(write it as "\u{:04x}")", static_cast<unsigned char>(text_[at_])));
  }
  if (text_[at_] == '\\' && quote.front() == '"') {
    if (several_lines) {
      // A backslash at the end of a line joins it with the next text.
      const std::size_t back = at_++;
      skip_blanks();
      if (at_line_end() && !at_end()) {
        at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
        return {};
      }
      at_ = back;
    }
    return take_escape(into);
  }
  // As far as nothing of all this comes; what stands here has none of these meanings.
  const auto stops = [quote](char c) {
    return c == quote.front() || c == '\\' || c == '\n' || c == '\r' || is_control(c);
  };
  const std::string_view plain = rest();
  const auto end = std::find_if(plain.begin() + 1, plain.end(), stops);
  const auto length = static_cast<std::size_t>(end - plain.begin());
  into += plain.substr(0, length);
  skip(length);
  return {};
}

Result<void> TomlScan::take_escape(std::string& into) {
  const std::size_t begin = at_++;
  if (at_line_end()) {
    return fault(begin, at_, "a backslash at the end of a line", R"(a backslash itself is "\\")");
  }
  const char letter = text_[at_++];
  for (const TomlEscape& escape : kTomlEscapes) {
    if (escape.letter == letter) {
      into += escape.byte;
      return {};
    }
  }
  if (letter == 'u' || letter == 'U') {
    return take_code_point(begin, letter == 'u' ? 4 : 8, into);
  }
  while (!at_end() && (static_cast<unsigned char>(text_[at_]) & 0xC0U) == 0x80U) {
    ++at_;
  }
  return fault(begin,
               at_,
               "no such escape",
               R"(a backslash itself is "\\"; in 'single quotes' it has no meaning)");
}

Result<void> TomlScan::take_code_point(std::size_t begin, std::size_t digits, std::string& into) {
  const std::string_view written = rest().substr(0, digits);
  const auto is_digit = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  };
  const auto good =
      static_cast<std::size_t>(std::ranges::find_if_not(written, is_digit) - written.begin());
  if (good != digits) {
    return fault(begin,
                 at_ + good,
                 fmt::format("an escape of {} hexadecimal digits that has {}", digits, good),
                 R"(write it like "\u00e4")");
  }
  skip(digits);
  const auto code = static_cast<std::uint32_t>(hexadecimal(written).value_or(0));
  if (!append_utf8(code, into)) {
    return fault(
        begin, at_, "no character has this number", "they go to d7ff, and from e000 to 10ffff");
  }
  return {};
}

}  // namespace vfmgr
