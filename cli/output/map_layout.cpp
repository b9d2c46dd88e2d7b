// SPDX-License-Identifier: Apache-2.0
// Where the boxes of a map go.
#include "output/map_boxes.hpp"
#include "output/map_grid.hpp"
#include "output/style.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace vgpuctl {

namespace {

// One row with few boxes in it does not get better by being as wide as a wide terminal.
constexpr std::size_t kWideEnough = 100;
// Nor do columns by much air.
constexpr std::size_t kMostAir = 4;

/// Columns between the borders that a box needs: text with a blank on both sides, or "─ title ─".
std::size_t needed(const Box& box) {
  std::size_t width = columns(box.title) + 3;
  for (const BoxLine& line : box.lines) {
    width = std::max(width, columns(line.text) + 2);
  }
  return width;
}

bool is_room(const Box& box) {
  return box.kind == BoxKind::room;
}

std::size_t row_width(const std::vector<std::size_t>& widths) {
  std::size_t sum = 1;
  for (const std::size_t width : widths) {
    sum += width + 1;
  }
  return sum;
}

/// Spreads what is left over a row by VRAM. Who needs more than its share keeps what it needs.
void share_by_bytes(const std::vector<Box>& boxes,
                    std::size_t room,
                    std::vector<std::size_t>& widths) {
  std::uint64_t bytes = 0;
  for (const Box& box : boxes) {
    if (box.kind == BoxKind::vf && !box.bytes) {
      return;  // a width would say what nobody knows
    }
    bytes += box.bytes.value_or(0);
  }
  if (bytes == 0) {
    return;
  }
  // The largest number of columns for all VRAM with which the row still has room.
  const std::vector<std::size_t> least = widths;
  for (std::size_t all = room; all > 0; --all) {
    for (std::size_t at = 0; at < boxes.size(); ++at) {
      const long double share =
          static_cast<long double>(boxes[at].bytes.value_or(0)) / static_cast<long double>(bytes);
      widths[at] =
          std::max(least[at], static_cast<std::size_t>(share * static_cast<long double>(all)));
    }
    if (row_width(widths) <= room) {
      return;
    }
  }
  widths = least;
}

BoxRow row_of_widths(const std::vector<Box>& boxes, const std::vector<std::size_t>& widths) {
  BoxRow row;
  std::size_t left = 0;
  for (std::size_t at = 0; at < boxes.size(); ++at) {
    row.push_back({.box = &boxes[at], .left = left, .right = left + widths[at] + 1});
    left = row.back().right;
  }
  return row;
}

/// All in one row; nothing: they do not fit.
std::optional<BoxRow> one_row(const std::vector<Box>& boxes, std::size_t room) {
  std::size_t widest = 0;
  for (const Box& box : boxes) {
    widest = std::max(widest, is_room(box) ? 0 : needed(box));
  }
  std::vector<std::size_t> widths;
  std::vector<std::size_t> even;
  for (const Box& box : boxes) {
    widths.push_back(needed(box));
    even.push_back(is_room(box) ? needed(box) : widest);
  }
  if (row_width(even) <= room) {
    widths = even;
  }
  if (row_width(widths) > room) {
    return std::nullopt;
  }
  share_by_bytes(boxes, std::min(room, std::max(row_width(widths), kWideEnough)), widths);
  return row_of_widths(boxes, widths);
}

/// In columns of one width. What is free goes behind the last one, as wide as there is room.
std::vector<BoxRow> in_columns(const std::vector<Box>& boxes, std::size_t room) {
  std::size_t width = 1;
  std::size_t count = 0;
  for (const Box& box : boxes) {
    width = std::max<std::size_t>(width, is_room(box) ? 0 : needed(box));
    count += is_room(box) ? 0U : 1U;
  }
  width = std::min(width, std::max<std::size_t>(room, 4) - 2);
  const std::size_t most = std::max<std::size_t>(1, (room - 1) / (width + 1));
  const std::size_t rows_needed = std::max<std::size_t>(1, (count + most - 1) / most);
  const std::size_t in_a_row = std::max<std::size_t>(1, (count + rows_needed - 1) / rows_needed);
  width = std::min(width + kMostAir, std::max(width, (room - 1) / in_a_row - 1));
  const std::size_t all = in_a_row * (width + 1);
  std::vector<BoxRow> rows(1);
  for (const Box& box : boxes) {
    const std::size_t used = rows.back().empty() ? 0 : rows.back().back().right;
    const std::size_t least = is_room(box) ? needed(box) : width;
    if (used != 0 && used + least + 1 > all) {
      rows.emplace_back();
    }
    const std::size_t left = rows.back().empty() ? 0 : used;
    rows.back().push_back(
        {.box = &box, .left = left, .right = is_room(box) ? all : left + width + 1});
  }
  return rows;
}

}  // namespace

std::vector<BoxRow> laid_out(const std::vector<Box>& boxes, std::size_t room) {
  if (boxes.empty()) {
    return {};
  }
  if (auto row = one_row(boxes, room)) {
    return {std::move(*row)};
  }
  return in_columns(boxes, room);
}

std::size_t width_of(const std::vector<BoxRow>& rows) {
  std::size_t width = 0;
  for (const BoxRow& row : rows) {
    width = std::max(width, row.empty() ? 0 : row.back().right + 1);
  }
  return width;
}

}  // namespace vgpuctl
