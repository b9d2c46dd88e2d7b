// SPDX-License-Identifier: Apache-2.0
#include "output/table.hpp"

#include "output/style.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace vgpuctl {

namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeast = 8;  // a shrunken column still says something

std::size_t taken(const std::vector<std::size_t>& widths) {
  std::size_t sum = 0;
  for (const std::size_t width : widths) {
    sum += width == 0 ? 0 : width + kGap;
  }
  return sum > kGap ? sum - kGap : sum;
}

std::string line_of(const std::vector<Cell>& cells,
                    const std::vector<std::size_t>& widths,
                    const Style& style,
                    std::size_t indent) {
  std::string line(indent, ' ');
  std::string gap;
  for (std::size_t at = 0; at < widths.size(); ++at) {
    if (widths[at] == 0) {
      continue;
    }
    const Cell cell = at < cells.size() ? cells[at] : Cell{};
    const std::string text =
        columns(cell.text) > widths[at] ? brief(cell.text, widths[at]) : cell.text;
    if (!text.empty()) {
      line += gap + style.paint(cell.paint, text);
      gap.clear();
    }
    // Blanks are written before the next text only, so that no line ends in any.
    gap += std::string(widths[at] - columns(text) + kGap, ' ');
  }
  return line + "\n";
}

}  // namespace

std::vector<std::size_t> Table::widths(std::size_t room) const {
  std::vector<std::size_t> widths;
  for (std::size_t at = 0; at < columns_.size(); ++at) {
    std::size_t width = 0;
    for (const std::vector<Cell>& row : rows_) {
      width = std::max(width, at < row.size() ? columns(row[at].text) : 0);
    }
    // A column that nothing stands in is left out, head and all.
    widths.push_back(width == 0 ? 0 : std::max(width, columns(columns_[at].head)));
  }
  while (room != 0 && taken(widths) > room) {
    std::size_t first = columns_.size();
    for (std::size_t at = 0; at < columns_.size(); ++at) {
      const bool droppable = columns_[at].drop > 0 && widths[at] > 0;
      if (droppable && (first == columns_.size() || columns_[at].drop > columns_[first].drop)) {
        first = at;
      }
    }
    if (first == columns_.size()) {
      break;
    }
    widths[first] = 0;
  }
  // The last one first: names stand in front.
  for (std::size_t at = columns_.size(); room != 0 && at-- > 0;) {
    const std::size_t all = taken(widths);
    if (columns_[at].shrinks && widths[at] > kLeast && all > room) {
      widths[at] = std::max(kLeast, widths[at] - std::min(widths[at], all - room));
    }
  }
  return widths;
}

std::size_t Table::width(std::size_t indent) const {
  return indent + taken(widths(0));
}

std::string Table::text(const Style& style, std::size_t indent) const {
  const std::size_t room = style.width > indent ? style.width - indent : style.width;
  const std::vector<std::size_t> wide = widths(room);
  std::vector<Cell> heads;
  bool any_head = false;
  for (const Column& column : columns_) {
    any_head = any_head || !column.head.empty();
    heads.push_back({.text = column.head, .paint = Paint::bold});
  }
  std::string text = any_head && !rows_.empty() ? line_of(heads, wide, style, indent) : "";
  for (const std::vector<Cell>& row : rows_) {
    text += line_of(row, wide, style, indent);
  }
  return text;
}

}  // namespace vgpuctl
