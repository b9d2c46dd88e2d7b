// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "output/style.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace vgpuctl {

struct Column {
  std::string head;
  int drop = 0;          ///< 0: always shown; else the highest goes first where the width is short
  bool shrinks = false;  ///< may be cut where leaving columns out is not enough
};

struct Cell {
  std::string text;  ///< no control characters
  Paint paint = Paint::none;
};

/// Rows under heads, aligned, two spaces between. Without any head there is no line of heads.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  /// Cells that are left out are empty.
  void row(std::vector<Cell> cells) { rows_.push_back(std::move(cells)); }
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  /// The lines, each ended by a newline and begun by `indent` spaces.
  [[nodiscard]] std::string text(const Style& style, std::size_t indent = 0) const;
  /// The columns of the widest line where nothing is cut.
  [[nodiscard]] std::size_t width(std::size_t indent = 0) const;

 private:
  [[nodiscard]] std::vector<std::size_t> widths(std::size_t room) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace vgpuctl
