// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace vfmgr {

/// A region of a text, in bytes from its begin. Of length 0: the text as a whole.
struct At {
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
};

struct TreeEntry;

/// More values than a list or a table of any profile has: they would be VFs, which 16 bits count.
/// What holds them is bounded so.
inline constexpr std::size_t kMostValues = 65536;

/// A table's entries in the order of the text, each key once. Found fast also where there are many:
/// what a program wrote, or somebody who wants to keep us busy.
class TreeTable {
 public:
  [[nodiscard]] const TreeEntry* find(std::string_view key) const;
  [[nodiscard]] TreeEntry* find(std::string_view key);
  /// The key is not there yet.
  TreeEntry& add(TreeEntry entry);
  [[nodiscard]] std::vector<TreeEntry>::const_iterator begin() const;
  [[nodiscard]] std::vector<TreeEntry>::const_iterator end() const;
  [[nodiscard]] bool empty() const;
  [[nodiscard]] std::size_t size() const;
  /// The entries themselves, to be taken away.
  std::vector<TreeEntry> take();

 private:
  [[nodiscard]] std::size_t position(std::string_view key) const;

  std::vector<TreeEntry> entries_;
  std::unique_ptr<std::unordered_map<std::string, std::size_t>> index_;  ///< none: they are few
};

/// A value of a configuration language, with its place. Which language it was no longer shows.
struct TreeNode {
  enum class Kind : std::uint8_t { boolean, integer, real, text, list, table, null, other };
  /// How TOML made a table or a list, which says who may add to it.
  enum class Made : std::uint8_t { whole, by_header, above_header, by_dots };
  Kind kind = Kind::other;
  Made made = Made::whole;
  bool boolean = false;
  At at;
  std::int64_t integer = 0;
  std::string text;
  std::vector<TreeNode> list;
  TreeTable table;
};

/// A key with its place and value.
struct TreeEntry {
  std::string key;
  At at;
  TreeNode value;
  bool again = false;  ///< a further part of a list whose first one was handed out before
};

/// Takes what stands in a text's outermost table, entry by entry. What can only grow no further
/// comes early, so that a long text is never there as a tree: a list of tables then comes in parts.
/// The value may be taken away.
using TakeEntry = std::function<void(TreeEntry&)>;

/// "a string", "an integer", …
std::string_view kind_word(TreeNode::Kind kind);

/// The entry of that key; nullptr if there is none.
const TreeEntry* find_entry(const TreeNode& table, std::string_view key);

/// A text cut into lines, to make spots from regions.
class SourceText {
 public:
  /// A byte order mark in front is no part of it. Spots keep the text, so it is there once for all
  /// of them. What lies beyond 4 GiB has no place.
  SourceText(SharedText file, SharedText text);
  /// The place as people see it, as far as it stands on its first line. Lines that are longer than
  /// any that a person writes are left out of it: a program's JSON may be all on one.
  [[nodiscard]] Spot spot(At at) const;
  /// A fault of the text's language. Kind: syntax.
  [[nodiscard]] std::unexpected<Error> unreadable(At at, std::string why, std::string help) const;
  /// The region between two places of the text.
  [[nodiscard]] static At at(std::size_t begin, std::size_t end);
  /// The bytes of a region, as far as they stand on its first line.
  [[nodiscard]] std::string_view slice(At at) const;
  /// The number of the line in which a region begins, from 1.
  [[nodiscard]] std::uint32_t line_of(At at) const;
  [[nodiscard]] std::string_view text() const { return text_.view(); }
  [[nodiscard]] std::string file() const { return file_.str(); }

 private:
  /// A line of that number, without its newline.
  [[nodiscard]] SharedText line(std::uint32_t number) const;

  SharedText file_;
  SharedText text_;
  std::vector<std::uint32_t> begins_;  ///< of each line; the last may be empty
};

/// Why no profile can be read from these bytes, whatever they say: too many, or no text.
std::optional<Error> no_text(const SourceText& source);

}  // namespace vfmgr
