// SPDX-License-Identifier: Apache-2.0
#include "core/json_scan.hpp"

#include "vfmgr/result.hpp"

#include "core/letters.hpp"
#include "core/numbers.hpp"
#include "core/text_tree.hpp"
#include "core/try.hpp"
#include "core/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace vfmgr {

namespace {

using Kind = TreeNode::Kind;

struct JsonEscape {
  char letter, byte;
};
constexpr std::array kJsonEscapes{JsonEscape{'"', '"'},
                                  JsonEscape{'\\', '\\'},
                                  JsonEscape{'/', '/'},
                                  JsonEscape{'b', '\b'},
                                  JsonEscape{'f', '\f'},
                                  JsonEscape{'n', '\n'},
                                  JsonEscape{'r', '\r'},
                                  JsonEscape{'t', '\t'}};

/// How many characters at the front are digits.
std::size_t digits_in(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
}

/// Whether a word is a number as JSON writes it (RFC 8259, section 6), and one without a fraction.
struct Shape {
  bool number = false;
  bool whole = true;
};
Shape shape_of(std::string_view word) {
  word.remove_prefix(word.starts_with('-') ? 1 : 0);
  const std::size_t digits = digits_in(word);
  Shape shape{.number = digits == 1 || (digits > 1 && word.front() != '0')};
  word.remove_prefix(digits);
  if (word.starts_with('.')) {
    const std::size_t behind = digits_in(word.substr(1));
    shape = {.number = shape.number && behind > 0, .whole = false};
    word.remove_prefix(behind + 1);
  }
  if (word.starts_with('e') || word.starts_with('E')) {
    word.remove_prefix(1);
    word.remove_prefix(word.starts_with('+') || word.starts_with('-') ? 1 : 0);
    const std::size_t power = digits_in(word);
    shape = {.number = shape.number && power > 0, .whole = false};
    word.remove_prefix(power);
  }
  shape.number = shape.number && word.empty();
  return shape;
}

std::string help_for(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kMeant{
      {{"True", "true"}, {"False", "false"}, {"None", "null"}}};
  for (const auto& [other, meant] : kMeant) {
    if (word == other) {
      return fmt::format("write {}", meant);
    }
  }
  return fmt::format("write \"{}\"", word);
}

}  // namespace

bool JsonScan::take(std::string_view what) {
  const bool here = starts_with(what);
  at_ += here ? what.size() : 0;
  return here;
}

void JsonScan::skip_space() {
  at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
}

std::string_view JsonScan::word() const {
  return rest().substr(0, rest().find_first_of(" \t\r\n,:]}[{\"'="));
}

Result<std::string> JsonScan::take_key() {
  if (starts_with("\"")) {
    return take_string();
  }
  const std::string_view name = word();
  if (name.empty() || !std::ranges::all_of(name, [](char c) { return c > ' ' && c <= '~'; }) ||
      name.starts_with("//") || name.starts_with("/*") || name.starts_with('#')) {
    return unexpected("a key in quotes", {});
  }
  return fault(at_, at_ + name.size(), "a key without quotes", fmt::format("write \"{}\"", name));
}

Result<std::string> JsonScan::take_string() {
  const std::size_t begin = at_++;
  std::string text;
  while (true) {
    const auto stops = [](char c) {
      return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
    };
    const auto end = std::ranges::find_if(rest(), stops);
    const std::string_view plain = rest().substr(0, static_cast<std::size_t>(end - rest().begin()));
    text += plain;
    at_ += plain.size();
    if (take("\"")) {
      return text;
    }
    if (starts_with("\\")) {
      TRY_VOID(take_escape(text));
    } else if (at_end() || starts_with("\n") || starts_with("\r")) {
      return fault(begin, at_, "a string without its end", "close it with \" on its line");
    } else {
      return fault(at_,
                   at_ + 1,
                   "a control character in a string",
                   starts_with("\t") ? R"(write it as "\t")" : R"(write it like "\u001b")");
    }
  }
}

Result<void> JsonScan::take_escape(std::string& into) {
  const std::size_t begin = at_++;
  const auto escape = std::ranges::find_if(
      kJsonEscapes, [this](const JsonEscape& one) { return rest().starts_with(one.letter); });
  if (escape != kJsonEscapes.end()) {
    into += escape->byte;
    ++at_;
    return {};
  }
  if (!take("u")) {
    // A character of several bytes is shown as a whole.
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
    const std::string_view behind = rest().substr(std::min<std::size_t>(1, rest().size()));
    const auto end = std::ranges::find_if_not(behind, continues);
    return fault(begin,
                 at_ + 1 + static_cast<std::size_t>(end - behind.begin()),
                 "no such escape",
                 R"(a backslash itself is "\\")");
  }
  TRY(std::uint32_t code, take_four_digits(begin));
  // Characters above ffff come as two halves (RFC 8259, section 7).
  if (code >= 0xD800 && code < 0xDC00 && take("\\u")) {
    TRY(const std::uint32_t low, take_four_digits(begin));
    code =
        low >= 0xDC00 && low < 0xE000 ? 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00) : code;
  }
  if (!append_utf8(code, into)) {
    return fault(begin, at_, "half of a character", R"(write both halves: "\ud83d\ude00")");
  }
  return {};
}

Result<std::uint32_t> JsonScan::take_four_digits(std::size_t begin) {
  constexpr std::size_t kDigits = 4;
  const std::string_view written = rest().substr(0, kDigits);
  const auto code = written.size() == kDigits ? hexadecimal(written) : std::nullopt;
  if (!code) {
    return fault(
        begin, at_, "an escape without its 4 hexadecimal digits", R"(write it like "\u00e4")");
  }
  at_ += kDigits;
  return static_cast<std::uint32_t>(*code);
}

Result<TreeNode> JsonScan::take_word() {
  const std::string_view word = this->word();
  TreeNode node;
  node.at = SourceText::at(at_, at_ + word.size());
  const Shape shape = shape_of(word);
  if (word == "true" || word == "false") {
    node.kind = Kind::boolean;
    node.boolean = word == "true";
  } else if (word == "null") {
    node.kind = Kind::null;
  } else if (shape.number && shape.whole) {
    node.kind = Kind::integer;
    const auto [stop, error] =
        std::from_chars(word.data(), word.data() + word.size(), node.integer);
    if (error != std::errc{}) {
      return fault(
          at_,
          at_ + word.size(),
          "a number of more than 63 bits",
          word.starts_with('-') ? "at least -9223372036854775808" : "at most 9223372036854775807");
    }
  } else if (shape.number) {
    node.kind = Kind::real;
  } else if (word.empty() || word.starts_with('/') || word.starts_with('#') ||
             !std::ranges::all_of(word, [](char c) { return c > ' ' && c <= '~'; })) {
    return unexpected("a value", {});
  } else {
    const bool number = word.find_first_not_of("0123456789+-.") == std::string_view::npos;
    return fault(at_,
                 at_ + word.size(),
                 number ? "not as JSON writes numbers" : "text without quotes",
                 number ? "write it like 4, -4 or 4.5" : help_for(word));
  }
  at_ += word.size();
  return node;
}

std::unexpected<Error> JsonScan::fault(std::size_t begin,
                                       std::size_t end,
                                       std::string why,
                                       std::string help) const {
  return source_.unreadable(SourceText::at(begin, end), std::move(why), std::move(help));
}

std::unexpected<Error> JsonScan::unexpected(std::string_view wanted, std::string help) const {
  if (starts_with("//") || starts_with("/*") || starts_with("#")) {
    const std::string_view line = rest().substr(0, rest().find_first_of("\r\n"));
    return fault(at_,
                 at_ + line.size(),
                 "a comment, which JSON has none of",
                 "remove it, or write the profile in TOML");
  }
  if (starts_with("'")) {
    return fault(at_, at_ + 1, "a single quote", R"(JSON's strings stand in double quotes: ")");
  }
  if (at_end()) {
    return fault(at_, at_ + 1, fmt::format("the end of the file where {} belongs", wanted), {});
  }
  const std::string_view met = word().substr(0, 40);
  if (!met.empty() && !std::ranges::all_of(met, [](char c) { return c > ' ' && c <= '~'; })) {
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
    const std::string_view behind = rest().substr(1);
    const auto end = std::ranges::find_if_not(behind, continues);
    return fault(at_,
                 at_ + 1 + static_cast<std::size_t>(end - behind.begin()),
                 fmt::format("a character that belongs in quotes, where {} belongs", wanted),
                 std::move(help));
  }
  const std::string_view shown = met.empty() ? rest().substr(0, 1) : met;
  return fault(at_,
               at_ + shown.size(),
               fmt::format("'{}' where {} belongs", shown, wanted),
               std::move(help));
}

}  // namespace vfmgr
