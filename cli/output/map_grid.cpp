// SPDX-License-Identifier: Apache-2.0
// Boxes with shared borders, drawn with the characters of U+2500.
#include "output/map_grid.hpp"

#include "output/map_boxes.hpp"
#include "output/style.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vgpuctl {

namespace {

/// Which ways lines lead from a point of a border.
struct Ways {
  bool left = false, right = false, up = false, down = false;
};

std::string_view corner(const Ways& ways) {
  constexpr std::array<std::string_view, 16> kCorners{// left: 8, right: 4, up: 2, down: 1
                                                      " ",
                                                      "│",
                                                      "│",
                                                      "│",
                                                      "─",
                                                      "┌",
                                                      "└",
                                                      "├",
                                                      "─",
                                                      "┐",
                                                      "┘",
                                                      "┤",
                                                      "─",
                                                      "┬",
                                                      "┴",
                                                      "┼"};
  const std::size_t at =
      (ways.left ? 8U : 0U) + (ways.right ? 4U : 0U) + (ways.up ? 2U : 0U) + (ways.down ? 1U : 0U);
  return kCorners.at(at);
}

bool has_border(const BoxRow* row, std::size_t column) {
  return row != nullptr && std::ranges::any_of(*row, [column](const PlacedBox& box) {
           return box.left == column || box.right == column;
         });
}

std::size_t end_of(const BoxRow* row) {
  return row == nullptr || row->empty() ? 0 : row->back().right;
}

Paint paint_of(const Box& box) {
  return box.kind == BoxKind::vf     ? Paint::bold
         : box.kind == BoxKind::room ? Paint::good
                                     : Paint::faint;
}

/// The line between two rows, with the titles of the lower one in it.
std::string border(const BoxRow* above, const BoxRow* below, const Style& style) {
  const std::size_t end = std::max(end_of(above), end_of(below));
  std::string line;
  for (std::size_t at = 0; at <= end; ++at) {
    line += corner({.left = at > 0,
                    .right = at < end,
                    .up = has_border(above, at),
                    .down = has_border(below, at)});
    if (below == nullptr) {
      continue;
    }
    const auto titled = std::ranges::find(*below, at, &PlacedBox::left);
    if (titled != below->end() && titled->right - titled->left > 4) {
      const std::size_t room = titled->right - titled->left - 4;
      const std::string title = brief(titled->box->title, room);
      line += "─ " + style.paint(paint_of(*titled->box), title) + " ";
      at += columns(title) + 3;
    }
  }
  return line + "\n";
}

std::string text_line(const BoxRow& row, std::size_t number, const Style& style) {
  std::string line;
  for (const PlacedBox& placed : row) {
    const std::size_t width = placed.right - placed.left - 1;
    const bool has = number < placed.box->lines.size();
    const BoxLine& what = has ? placed.box->lines[number] : BoxLine{};
    const std::string text = brief(what.text, width > 2 ? width - 2 : width);
    line += "│ " + style.paint(what.paint, text);
    line += std::string(width - std::min(width, columns(text) + 1), ' ');
  }
  return line + "│\n";
}

}  // namespace

std::string drawn(const std::vector<BoxRow>& rows, const Style& style) {
  std::string text;
  const BoxRow* above = nullptr;
  for (const BoxRow& row : rows) {
    text += border(above, &row, style);
    std::size_t lines = 0;
    for (const PlacedBox& placed : row) {
      lines = std::max(lines, placed.box->lines.size());
    }
    for (std::size_t number = 0; number < lines; ++number) {
      text += text_line(row, number, style);
    }
    above = &row;
  }
  return text + (above == nullptr ? "" : border(above, nullptr, style));
}

}  // namespace vgpuctl
