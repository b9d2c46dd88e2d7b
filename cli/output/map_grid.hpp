// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "output/map_boxes.hpp"
#include "output/style.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace vgpuctl {

/// A box with its place: the columns of its left and its right border.
struct PlacedBox {
  const Box* box = nullptr;
  std::size_t left = 0, right = 0;
};

/// Boxes side by side; each begins where the one before it ends, the first in column 0.
using BoxRow = std::vector<PlacedBox>;

/// Lays boxes out in rows of at most `room` columns: in one row where they fit, those whose VRAM is
/// known as wide as they have of it; else in columns of one width. The boxes must outlive it.
std::vector<BoxRow> laid_out(const std::vector<Box>& boxes, std::size_t room);

/// The columns that the widest row takes.
std::size_t width_of(const std::vector<BoxRow>& rows);

/// The rows with their borders.
std::string drawn(const std::vector<BoxRow>& rows, const Style& style);

}  // namespace vgpuctl
