// SPDX-License-Identifier: Apache-2.0
#include "core/toml_bare.hpp"

#include "vfmgr/result.hpp"

#include "core/letters.hpp"
#include "core/text_tree.hpp"
#include "core/toml_scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace vfmgr {

namespace {

using Kind = TreeNode::Kind;

bool is_sign(char c) {
  return c == '+' || c == '-';
}

/// Digits with single '_' between, as many as stand there, without the '_'; none: a '_' stands
/// where none may, or there are no digits.
std::optional<std::string> digits_of(std::string_view text, bool (*is_one)(char)) {
  std::string digits;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool between = text[at] == '_' && at > 0 && at + 1 < text.size() && text[at - 1] != '_';
    if (!between && !is_one(text[at])) {
      return std::nullopt;
    }
    if (!between) {
      digits += text[at];
    }
  }
  return digits.empty() ? std::nullopt : std::optional(digits);
}

struct Base {
  std::string_view prefix;
  int base = 10;
  bool (*is_one)(char) = is_digit;
};
constexpr std::array kBases{
    Base{"0x",
         16,
         [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }},
    Base{"0o", 8, [](char c) { return c >= '0' && c <= '7'; }},
    Base{"0b", 2, [](char c) { return c == '0' || c == '1'; }}};

/// What a word is, or why it is nothing.
struct Bare {
  Kind kind = Kind::other;
  std::int64_t integer = 0;
  bool boolean = false;
  std::string why, help;  ///< why it is nothing
};

Bare nothing(std::string why, std::string help) {
  return {.why = std::move(why), .help = std::move(help)};
}

Bare integer_of(std::string_view digits, int base, bool negative) {
  std::uint64_t value = 0;
  const auto [stop, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (error != std::errc{} || value > kMost + (negative ? 1 : 0)) {
    return nothing("a number of more than 63 bits",
                   negative ? "at least -9223372036854775808" : "at most 9223372036854775807");
  }
  const std::uint64_t bits = negative ? 0 - value : value;
  return {.kind = Kind::integer, .integer = static_cast<std::int64_t>(bits)};
}

/// "12:30:00" with a fraction, or without.
bool is_time(std::string_view text) {
  const auto two = [text](std::size_t at, int most) {
    return is_digit(text[at]) && is_digit(text[at + 1]) &&
           (text[at] - '0') * 10 + (text[at + 1] - '0') <= most;
  };
  if (text.size() < 8 || text[2] != ':' || text[5] != ':' || !two(0, 23) || !two(3, 59) ||
      !two(6, 60)) {
    return false;
  }
  const std::string_view rest = text.substr(8);
  return rest.empty() ||
         (rest.size() > 1 && rest.front() == '.' && std::ranges::all_of(rest.substr(1), is_digit));
}

/// "Z", "+01:00" or nothing.
bool is_offset(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z") {
    return true;
  }
  return text.size() == 6 && is_sign(text.front()) && is_time(std::string(text.substr(1)) + ":00");
}

bool is_day(std::string_view text) {
  const auto number = [text](std::size_t at, std::size_t length) {
    int value = 0;
    for (const char c : text.substr(at, length)) {
      value = is_digit(c) && value >= 0 ? value * 10 + (c - '0') : -1;
    }
    return value;
  };
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
    return false;
  }
  const int year = number(0, 4);
  const int month = number(5, 2);
  const int day = number(8, 2);
  constexpr std::array kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year < 0 || month < 1 || month > 12) {
    return false;
  }
  const bool leap = month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return day >= 1 && day <= kDays.at(static_cast<std::size_t>(month - 1)) + (leap ? 1 : 0);
}

/// Dates and times of RFC 3339. No key of a profile has one; they are told apart, and that is all.
bool is_date(std::string_view text) {
  if (text.size() <= 10) {
    return is_day(text) || is_time(text);
  }
  const char between = text[10];
  if (!is_day(text.substr(0, 10)) || (between != 'T' && between != 't' && between != ' ')) {
    return is_time(text);
  }
  const std::string_view time = text.substr(11);
  const std::size_t offset = std::min(time.find_first_of("Zz+-"), time.size());
  return is_time(time.substr(0, offset)) && is_offset(time.substr(offset));
}

/// "1.5", "1e3" or "1.5e-3", without a sign.
bool is_real(std::string_view text) {
  const std::size_t exponent = std::min(text.find_first_of("eE"), text.size());
  const std::string_view mantissa = text.substr(0, exponent);
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  const std::string_view whole = mantissa.substr(0, point);
  bool good = digits_of(whole, is_digit) && (whole.size() == 1 || whole.front() != '0');
  if (point < mantissa.size()) {
    good = good && digits_of(mantissa.substr(point + 1), is_digit);
  }
  if (exponent < text.size()) {
    std::string_view power = text.substr(exponent + 1);
    power.remove_prefix(!power.empty() && is_sign(power.front()) ? 1 : 0);
    good = good && digits_of(power, is_digit);
  }
  return good;
}

Bare text_without_quotes(std::string_view word) {
  const char quote = word.find('\\') == std::string_view::npos ? '"' : '\'';
  return nothing("text without quotes", fmt::format("write {0}{1}{0}", quote, word));
}

/// Why a word that begins like a number is none; `body`: without its sign.
Bare no_number(std::string_view word, std::string_view body) {
  if (std::ranges::all_of(body, [](char c) { return is_digit(c) || c == '_'; })) {
    return body.empty() ? nothing("a sign without a number", {})
                        : nothing("a '_' that does not stand between two digits", "remove it");
  }
  if (body.ends_with('.') && digits_of(body.substr(0, body.size() - 1), is_digit)) {
    return nothing("a number with nothing behind its point", fmt::format("write {}0", word));
  }
  return text_without_quotes(word);
}

/// Of a word that begins like a number.
Bare number_of(std::string_view word) {
  const bool has_sign = is_sign(word.front());
  const std::string_view body = word.substr(has_sign ? 1 : 0);
  if (body == "inf" || body == "nan") {
    return {.kind = Kind::real};
  }
  for (const Base& base : kBases) {
    if (body.starts_with(base.prefix)) {
      const auto digits = digits_of(body.substr(base.prefix.size()), base.is_one);
      if (digits && has_sign) {
        return nothing("a sign before a number in another base than 10", "remove the sign");
      }
      return digits ? integer_of(*digits, base.base, false) : text_without_quotes(word);
    }
  }
  if (const auto digits = digits_of(body, is_digit)) {
    if (body.front() == '0' && body.size() > 1) {
      const auto first = std::min(digits->find_first_not_of('0'), digits->size() - 1);
      return nothing("a number that begins with 0", fmt::format("write {}", digits->substr(first)));
    }
    return integer_of(*digits, 10, word.front() == '-');
  }
  if (is_real(body)) {
    return {.kind = Kind::real};
  }
  if (!has_sign && is_date(word)) {
    return {.kind = Kind::other};
  }
  return no_number(word, body);
}

/// Other languages' words for it.
std::optional<std::string_view> flag_meant(std::string_view word) {
  const std::string folded = fold_case(word);
  if (folded == "true" || folded == "yes" || folded == "on") {
    return "true";
  }
  if (folded == "false" || folded == "no" || folded == "off") {
    return "false";
  }
  return std::nullopt;
}

Bare bare_of(std::string_view word) {
  if (word.ends_with(';')) {
    return nothing("a ';' at the end of a value", "remove it: a line ends by itself");
  }
  if (word == "true" || word == "false") {
    return {.kind = Kind::boolean, .boolean = word == "true"};
  }
  if (is_digit(word.front()) || is_sign(word.front()) || word == "inf" || word == "nan") {
    return number_of(word);
  }
  if (word.starts_with('.') && digits_of(word.substr(1), is_digit)) {
    return nothing("a number with nothing before its point", fmt::format("write 0{}", word));
  }
  if (const auto meant = flag_meant(word)) {
    return nothing("text without quotes",
                   fmt::format("write {}, or \"{}\" where a word is meant", *meant, word));
  }
  return text_without_quotes(word);
}

}  // namespace

Result<TreeNode> take_bare_value(TomlScan& scan) {
  const std::size_t begin = scan.at();
  const std::size_t end = scan.end_of_word();
  const std::string_view word = scan.between(begin, end);
  const auto odd = std::ranges::find_if_not(word, [](char c) { return c >= ' ' && c <= '~'; });
  if (word.empty() || odd != word.end()) {
    // It is the odd character that is told of, not the word that it is in.
    scan.skip(static_cast<std::size_t>(odd - word.begin()));
    const bool none = scan.at_line_end() || scan.starts_with("#");
    return scan.unexpected("a value",
                           none                    ? "write one, or remove the line"
                           : scan.starts_with("=") ? "one '=' is enough"
                                                   : "");
  }
  const std::size_t phrase = scan.end_of_phrase();
  Bare bare = phrase > end ? text_without_quotes(scan.between(begin, phrase)) : bare_of(word);
  if (!bare.why.empty()) {
    return scan.fault(begin, std::max(phrase, end), std::move(bare.why), std::move(bare.help));
  }
  scan.skip(end - begin);
  TreeNode node;
  node.kind = bare.kind;
  node.integer = bare.integer;
  node.boolean = bare.boolean;
  node.at = SourceText::at(begin, end);
  return node;
}

}  // namespace vfmgr
