// SPDX-License-Identifier: Apache-2.0
#include "core/toml_scan.hpp"

#include "vfmgr/result.hpp"

#include "core/text_tree.hpp"
#include "core/try.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

constexpr std::size_t kMostParts = 16;  // no key of a profile has more than three

bool is_bare(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

/// What else than ASCII people type, or paste, where it looks like ASCII.
struct Lookalike {
  std::string_view bytes, why, help;
};
constexpr std::string_view kQuoteHelp = R"(strings stand in straight quotes: " or ')";
constexpr std::array kLookalikes{
    Lookalike{"\u201C", "a typographic quote", kQuoteHelp},
    Lookalike{"\u201D", "a typographic quote", kQuoteHelp},
    Lookalike{"\u201E", "a typographic quote", kQuoteHelp},
    Lookalike{"\u2018", "a typographic quote", kQuoteHelp},
    Lookalike{"\u2019", "a typographic quote", kQuoteHelp},
    Lookalike{"\u00AB", "a typographic quote", kQuoteHelp},
    Lookalike{"\u00BB", "a typographic quote", kQuoteHelp},
    Lookalike{"\u00A0", "a no-break space", "put a plain blank in its place"},
    Lookalike{"\u3000", "a wide space", "put a plain blank in its place"},
    Lookalike{"\u200B", "a space without width, which can't be seen", "remove it"},
    Lookalike{"\uFEFF", "a byte order mark that is not at the beginning", "remove it"},
    Lookalike{"\u2013", "a typographic dash", "write '-'"},
    Lookalike{"\u2014", "a typographic dash", "write '-'"}};

}  // namespace

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7F;
}

std::string in_words(std::string_view rest) {
  if (rest.empty()) {
    return "the end of the file";
  }
  if (rest.starts_with('\n') || rest.starts_with("\r\n") || rest.starts_with('#')) {
    return "the end of the line";
  }
  const auto end = std::ranges::find_if_not(rest, is_bare);
  const auto length = std::max<std::size_t>(1, static_cast<std::size_t>(end - rest.begin()));
  return fmt::format("'{}'", rest.substr(0, std::min<std::size_t>(length, 40)));
}

bool TomlScan::at_line_end() const {
  return at_end() || starts_with("\n") || starts_with("\r\n");
}

bool TomlScan::take(std::string_view what) {
  const bool here = starts_with(what);
  at_ += here ? what.size() : 0;
  return here;
}

Result<void> TomlScan::skip_comment() {
  while (!at_line_end()) {
    if (is_control(text_[at_])) {
      return unexpected("a comment", "remove it");
    }
    ++at_;
  }
  return {};
}

Result<bool> TomlScan::take_line_end() {
  skip_blanks();
  if (starts_with("#")) {
    TRY_VOID(skip_comment());
  }
  return take("\n") || take("\r\n") || at_end();
}

Result<void> TomlScan::skip_empty_lines() {
  while (!at_end()) {
    TRY(const bool ended, take_line_end());
    if (!ended) {
      break;
    }
  }
  return {};
}

Result<TomlName> TomlScan::take_name() {
  const std::size_t begin = at_;
  if (starts_with(R"(""")") || starts_with("'''")) {
    return fault(begin, begin + 3, "a key in three quotes", "keys stand in one quote, or in none");
  }
  if (starts_with("\"") || starts_with("'")) {
    TRY(std::string text, take_string());
    return TomlName{.text = std::move(text), .at = SourceText::at(begin, at_)};
  }
  const auto end = std::ranges::find_if_not(rest(), is_bare);
  at_ += static_cast<std::size_t>(end - rest().begin());
  if (at_ == begin) {
    const bool comment = starts_with(";") || starts_with("//") || starts_with("/*");
    return unexpected("a key",
                      comment            ? "comments begin with #"
                      : starts_with("=") ? "write KEY = VALUE"
                      : starts_with("[") ? "the brackets of [[gpu]] stand together"
                      : starts_with("]") ? "remove the '.' before it, or write a name"
                                         : "");
  }
  return TomlName{.text = std::string(between(begin, at_)), .at = SourceText::at(begin, at_)};
}

Result<std::vector<TomlName>> TomlScan::take_key() {
  std::vector<TomlName> names;
  const std::size_t begin = at_;
  do {
    skip_blanks();
    TRY(TomlName name, take_name());
    names.push_back(std::move(name));
    skip_blanks();
  } while (take(".") && names.size() <= kMostParts);
  if (names.size() > kMostParts) {
    return fault(
        begin, at_, "tables nested too deep", "no key of a profile has more than two dots");
  }
  return names;
}

std::size_t TomlScan::end_of_word() const {
  constexpr std::string_view kEnds = " \t\r\n,]}#=[{\"'";
  std::size_t end = std::min(text_.find_first_of(kEnds, at_), text_.size());
  // A date and a time may have a blank between (RFC 3339, section 5.6).
  const auto digit = [this](std::size_t place) {
    return place < text_.size() && text_[place] >= '0' && text_[place] <= '9';
  };
  if (end - at_ == 10 && text_[at_ + 4] == '-' && end < text_.size() && text_[end] == ' ' &&
      digit(end + 1) && digit(end + 2)) {
    end = std::min(text_.find_first_of(kEnds, end + 1), text_.size());
  }
  return end;
}

std::size_t TomlScan::end_of_phrase() const {
  const std::size_t word = end_of_word();
  const std::size_t stop = std::min(text_.find_first_of("\r\n,]}#=[{\"'\\", at_), text_.size());
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const std::size_t next = std::min(text_.find_first_not_of(" \t", word), text_.size());
  const bool more = next < stop && is_letter(text_[next]) &&
                    (stop == text_.size() ||
                     std::string_view("\r\n,]}#").find(text_[stop]) != std::string_view::npos);
  return more ? text_.find_last_not_of(" \t", stop - 1) + 1 : word;
}

bool TomlScan::at_statement() const {
  const std::string_view line = between(at_, end_of_line());
  const std::size_t name = std::min(line.find_first_not_of('['), line.size());
  const auto end =
      std::ranges::find_if_not(line.substr(name), [](char c) { return is_bare(c) || c == '.'; });
  std::string_view rest = line.substr(static_cast<std::size_t>(end - line.begin()));
  const std::string_view word = line.substr(name, line.size() - rest.size() - name);
  if (word.empty() || word == "true" || word == "false" || (word[0] >= '0' && word[0] <= '9')) {
    return false;
  }
  if (name > 0) {
    return rest == "]" || rest == "]]";
  }
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
  return rest.starts_with('=');
}

std::size_t TomlScan::end_of_line() const {
  const std::string_view line = rest().substr(0, rest().find_first_of("\r\n#"));
  const std::size_t last = line.find_last_not_of(" \t");
  return at_ + (last == std::string_view::npos ? 0 : last + 1);
}

std::unexpected<Error> TomlScan::fault(std::size_t begin,
                                       std::size_t end,
                                       std::string why,
                                       std::string help) const {
  return source_.unreadable(SourceText::at(begin, end), std::move(why), std::move(help));
}

std::unexpected<Error> TomlScan::unexpected(std::string_view wanted, std::string help) const {
  if (!at_line_end() && text_[at_] == '\r') {
    return fault(at_,
                 at_ + 1,
                 "a carriage return without a newline behind it",
                 "end lines with a newline, as Unix does, or with both, as Windows does");
  }
  if (!at_line_end() && is_control(text_[at_])) {
    return fault(at_, at_ + 1, "a control character", help.empty() ? "remove it" : std::move(help));
  }
  if (!at_end() && static_cast<unsigned char>(text_[at_]) >= 0x80) {
    for (const Lookalike& one : kLookalikes) {
      if (starts_with(one.bytes)) {
        return fault(at_, at_ + one.bytes.size(), std::string(one.why), std::string(one.help));
      }
    }
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
    const auto end = std::ranges::find_if_not(rest().substr(1), continues);
    return fault(at_,
                 at_ + 1 + static_cast<std::size_t>(end - rest().substr(1).begin()),
                 "a character that belongs in quotes",
                 "write keys and values with such characters in quotes");
  }
  const std::string met = in_words(rest());
  const std::size_t length = met.starts_with('\'') ? met.size() - 2 : 1;
  return fault(at_, at_ + length, fmt::format("{} where {} belongs", met, wanted), std::move(help));
}

}  // namespace vfmgr
