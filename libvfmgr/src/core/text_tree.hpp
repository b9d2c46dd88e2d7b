// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr {

/// A region of a text: line and column from 1, in bytes; line 0 is the text as a whole.
struct At {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t length = 1;
};

struct TreeEntry;

/// A value of a configuration language, with its place. Which language it was no longer shows.
struct TreeNode {
  enum class Kind : std::uint8_t { boolean, integer, real, text, list, table, null, other };
  Kind kind = Kind::other;
  At at;
  bool boolean = false;
  std::int64_t integer = 0;
  std::string text;
  std::vector<TreeNode> list;
  std::vector<TreeEntry> table;  ///< in the order of the text
};

/// A key with its place and value.
struct TreeEntry {
  std::string key;
  At at;
  TreeNode value;
};

/// "a string", "an integer", …
std::string_view kind_word(TreeNode::Kind kind);

/// The entry of that key; nullptr if there is none.
const TreeEntry* find_entry(const TreeNode& table, std::string_view key);

/// A text cut into lines, to make spots from regions.
class SourceText {
 public:
  /// Keeps views into `text`, which must outlive it.
  SourceText(std::string file, std::string_view text);
  /// The place as people see it. Lines that are longer than any that a person writes are left out
  /// of it: a program's JSON may be all on one.
  [[nodiscard]] Spot spot(At at) const;
  /// The region between two places in the text, as far as it stands on its first line.
  [[nodiscard]] At at(const char* begin, const char* end) const;
  /// The bytes of a region, as far as they stand on its first line.
  [[nodiscard]] std::string_view slice(At at) const;
  [[nodiscard]] const std::vector<std::string_view>& lines() const { return lines_; }
  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  std::string file_;
  std::vector<std::string_view> lines_;
};

}  // namespace vfmgr
