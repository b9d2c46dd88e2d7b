// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include "core/text_tree.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr {

/// One name of a key, which may be several with dots between.
struct TomlName {
  std::string text;
  At at;
};

/// Goes over a text in TOML 1.0 (https://toml.io/en/v1.0.0) piece by piece: blanks, comments, names
/// and strings. What a piece means is not its question.
class TomlScan {
 public:
  explicit TomlScan(const SourceText& source) : source_(source), text_(source.text()) {}

  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  /// Whether a line ends here.
  [[nodiscard]] bool at_line_end() const;
  [[nodiscard]] bool starts_with(std::string_view what) const { return rest().starts_with(what); }
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
  [[nodiscard]] std::string_view between(std::size_t begin, std::size_t end) const {
    return text_.substr(begin, end - begin);
  }
  /// Goes on behind `what`, if it stands here.
  bool take(std::string_view what);
  void skip(std::size_t bytes) { at_ += bytes; }

  void skip_blanks() { at_ = std::min(text_.find_first_not_of(" \t", at_), text_.size()); }
  /// A comment, if one begins here, and the end of the line. What stands here else is a fault that
  /// is left to the caller: false.
  Result<bool> take_line_end();
  /// Blanks, comments and ends of lines.
  Result<void> skip_empty_lines();

  /// "a", "a.b" or "'a b'.c".
  Result<std::vector<TomlName>> take_key();
  /// A string of any of the four kinds; a quote stands here.
  Result<std::string> take_string();

  /// The end of the word that stands here: what a number, a date or a text without quotes may be.
  [[nodiscard]] std::size_t end_of_word() const;
  /// The end of the words that stand here: a text without quotes may have blanks.
  [[nodiscard]] std::size_t end_of_phrase() const;
  /// Whether `KEY =` or a header stands here: what does in no list, so that one has no end.
  [[nodiscard]] bool at_statement() const;
  /// The end of what stands on this line, without comment and blanks at its end.
  [[nodiscard]] std::size_t end_of_line() const;
  [[nodiscard]] std::uint32_t line_of(At at) const { return source_.line_of(at); }

  [[nodiscard]] std::unexpected<Error> fault(std::size_t begin,
                                             std::size_t end,
                                             std::string why,
                                             std::string help) const;
  /// What stands here where `wanted` belongs.
  [[nodiscard]] std::unexpected<Error> unexpected(std::string_view wanted, std::string help) const;

 private:
  Result<void> skip_comment();
  Result<TomlName> take_name();
  Result<void> take_part(std::string_view quote, std::size_t begin, std::string& into);
  Result<void> take_escape(std::string& into);
  Result<void> take_code_point(std::size_t begin, std::size_t digits, std::string& into);

  const SourceText& source_;
  std::string_view text_;
  std::size_t at_ = 0;
};

/// What stands nowhere in a text in TOML but the ends of its lines; a tab does.
bool is_control(char c);

/// '"name"', or "the end of the line": what stands at the front of a text, for a message.
std::string in_words(std::string_view rest);

}  // namespace vfmgr
