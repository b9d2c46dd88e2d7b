// SPDX-License-Identifier: Apache-2.0
#include "contract/support/words.hpp"

#include "contract/support/case.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace vfmgr::contract {

namespace {

/// The byte that an escape stands for, taken off `rest`, which begins behind the backslash.
std::optional<char> escaped(std::string_view& rest) {
  constexpr std::string_view kLetters = "nt0\\\"";
  constexpr std::string_view kBytes("\n\t\0\\\"", 5);
  if (rest.empty()) {
    return std::nullopt;
  }
  if (rest.front() == 'x' && rest.size() >= 3) {
    std::uint8_t byte = 0;
    const auto [end, error] = std::from_chars(rest.data() + 1, rest.data() + 3, byte, 16);
    const bool whole = error == std::errc{} && end == rest.data() + 3;
    rest.remove_prefix(3);
    return whole ? std::optional(static_cast<char>(byte)) : std::nullopt;
  }
  const std::size_t at = kLetters.find(rest.front());
  rest.remove_prefix(1);
  return at == std::string_view::npos ? std::nullopt : std::optional(kBytes[at]);
}

/// The text of a quoted word, taken off `rest`, which begins behind the opening quote.
std::optional<std::string> quoted(std::string_view& rest, char quote) {
  std::string text;
  while (!rest.empty()) {
    const char next = rest.front();
    rest.remove_prefix(1);
    if (next == quote) {
      return text;
    }
    if (next != '\\' || quote == '\'') {
      text += next;
      continue;
    }
    const auto byte = escaped(rest);
    if (!byte) {
      return std::nullopt;
    }
    text += *byte;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::vector<Word>> split_words(std::string_view line, std::string& fault) {
  std::vector<Word> words;
  while (true) {
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    if (line.empty()) {
      return words;
    }
    if (line.front() == '\'' || line.front() == '"') {
      const char quote = line.front();
      line.remove_prefix(1);
      auto text = quoted(line, quote);
      if (!text || (!line.empty() && line.front() != ' ')) {
        fault = "a quoted word has no end, or an escape that is none";
        return std::nullopt;
      }
      words.push_back({.text = std::move(*text), .quoted = true});
      continue;
    }
    const std::size_t end = std::min(line.find(' '), line.size());
    words.push_back({.text = std::string(line.substr(0, end)), .quoted = false});
    line.remove_prefix(end);
  }
}

}  // namespace vfmgr::contract
