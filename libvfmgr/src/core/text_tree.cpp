// SPDX-License-Identifier: Apache-2.0
#include "core/text_tree.hpp"

#include "vfmgr/result.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr {

namespace {
// In the order of Kind.
constexpr std::array<std::string_view, 8> kKindWords{"a boolean",
                                                     "an integer",
                                                     "a number with a fraction",
                                                     "a string",
                                                     "a list",
                                                     "a table",
                                                     "null",
                                                     "a date"};
}  // namespace

std::string_view kind_word(TreeNode::Kind kind) {
  return kKindWords.at(static_cast<std::size_t>(kind));
}

const TreeEntry* find_entry(const TreeNode& table, std::string_view key) {
  const auto found = std::ranges::find(table.table, key, &TreeEntry::key);
  return found == table.table.end() ? nullptr : &*found;
}

SourceText::SourceText(std::string file, std::string_view text) : file_(std::move(file)) {
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    std::string_view line = text.substr(0, newline);
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    lines_.push_back(line);
  }
}

Spot SourceText::spot(At at) const {
  Spot spot{.file = file_, .line = at.line, .column = at.column, .length = at.length, .text = {}};
  constexpr std::size_t kLongestLine = 4096;
  if (at.line >= 1 && at.line <= lines_.size() && lines_[at.line - 1].size() <= kLongestLine) {
    spot.text = lines_[at.line - 1];
  }
  return spot;
}

At SourceText::at(const char* begin, const char* end) const {
  const auto above = std::ranges::upper_bound(
      lines_, begin, {}, [](std::string_view line) { return line.data(); });
  if (above == lines_.begin()) {
    return {};
  }
  const auto line = std::prev(above);
  const char* const most = std::max(begin + 1, line->data() + line->size());
  return {.line = static_cast<std::uint32_t>(above - lines_.begin()),
          .column = static_cast<std::uint32_t>(begin - line->data() + 1),
          .length = static_cast<std::uint32_t>(std::clamp(end, begin + 1, most) - begin)};
}

std::string_view SourceText::slice(At at) const {
  if (at.line < 1 || at.line > lines_.size() || at.column < 1) {
    return {};
  }
  const std::string_view line = lines_[at.line - 1];
  const std::size_t begin = std::min<std::size_t>(at.column - 1, line.size());
  return line.substr(begin, at.length);
}

}  // namespace vfmgr
