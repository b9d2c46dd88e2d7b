// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include "core/text_tree.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace vfmgr {

/// Goes over a text in JSON piece by piece. What a piece means is not its question.
class JsonScan {
 public:
  explicit JsonScan(const SourceText& source) : source_(source), text_(source.text()) {}

  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  [[nodiscard]] bool starts_with(std::string_view what) const { return rest().starts_with(what); }
  [[nodiscard]] std::uint32_t line_of(At at) const { return source_.line_of(at); }
  /// Goes on behind `what`, if it stands here.
  bool take(std::string_view what);
  void skip_space();

  Result<std::string> take_key();
  /// A string; its quote stands here.
  Result<std::string> take_string();
  /// What stands in no quotes: a number, true, false or null.
  Result<TreeNode> take_word();

  [[nodiscard]] std::unexpected<Error> fault(std::size_t begin,
                                             std::size_t end,
                                             std::string why,
                                             std::string help) const;
  /// What stands here where `wanted` belongs.
  [[nodiscard]] std::unexpected<Error> unexpected(std::string_view wanted, std::string help) const;

 private:
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
  [[nodiscard]] std::string_view word() const;
  Result<void> take_escape(std::string& into);
  Result<std::uint32_t> take_four_digits(std::size_t begin);

  const SourceText& source_;
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace vfmgr
