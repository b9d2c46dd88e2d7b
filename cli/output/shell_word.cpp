// SPDX-License-Identifier: Apache-2.0
#include "output/shell_word.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace vgpuctl {

namespace {

/// What a backslash takes the meaning from between double quotes (POSIX.1-2017, XCU 2.2.3).
constexpr std::string_view kMeansSomethingInQuotes = "$`\"\\";

bool means_nothing(char letter) {
  constexpr std::string_view kPlain = "_-+=./:,@%";
  const auto byte = static_cast<unsigned char>(letter);
  const bool alphanumeric = (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
                            (letter >= 'A' && letter <= 'Z');
  return alphanumeric || byte >= 0x80U || kPlain.contains(letter);
}

std::string escaped(char letter, char quote) {
  const std::string one(1, letter);
  switch (quote) {
    case '\'':
      return letter == '\'' ? R"('\'')" : one;
    case '"':
      // The history's '!' has its meaning there, too, and a backslash before it would stay.
      return letter == '!'                              ? R"("\!")"
             : kMeansSomethingInQuotes.contains(letter) ? "\\" + one
                                                        : one;
    default:
      return means_nothing(letter) ? one : "\\" + one;
  }
}

}  // namespace

ShellWord read_shell_word(std::string_view typed) {
  ShellWord word;
  for (std::size_t at = 0; at < typed.size(); ++at) {
    const char letter = typed[at];
    const bool more = at + 1 < typed.size();
    if (letter == word.quote) {
      word.quote = 0;
      word.before_quote.clear();
    } else if (word.quote == 0 && (letter == '\'' || letter == '"')) {
      word.quote = letter;
      word.before_quote = word.text;
    } else if (letter == '\\' && more &&
               (word.quote == 0 ||
                (word.quote == '"' && kMeansSomethingInQuotes.contains(typed[at + 1])))) {
      word.text += typed[++at];
    } else if (letter != '\\' || more || word.quote != 0) {
      word.text += letter;
    }
  }
  return word;
}

std::string shell_word(std::string_view text, char quote) {
  std::string word;
  for (const char letter : text) {
    word += escaped(letter, quote);
  }
  return word;
}

}  // namespace vgpuctl
