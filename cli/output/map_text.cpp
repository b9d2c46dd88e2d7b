// SPDX-License-Identifier: Apache-2.0
#include "output/map_text.hpp"

#include "vfmgr/inventory.hpp"

#include "output/list_text.hpp"
#include "output/map_boxes.hpp"
#include "output/map_grid.hpp"
#include "output/style.hpp"
#include "output/wrap.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace vgpuctl {

namespace {

constexpr std::size_t kWithoutTerminal = 80;
constexpr std::size_t kNarrowestMap = 24;  // below it a box says nothing any more
constexpr std::size_t kShortestName = 8;
constexpr std::size_t kMostRows = 2;  // of boxes that each stand for one VF

/// "Intel Arc Pro B60  0000:03:00.0  xe  NUMA 0       4 of 24 VFs, 24 GiB VRAM".
std::string head_text(const MapHead& head, std::size_t width, const Style& style) {
  const std::size_t must = columns(head.name) + 2 + columns(head.address);
  std::string facts;
  const bool beside = must + 2 + columns(head.amount) <= width;
  const std::size_t room = width - std::min(width, must + (beside ? columns(head.amount) + 2 : 0));
  for (const std::string& fact : head.facts) {
    if (columns(facts) + 2 + columns(fact) <= room) {
      facts += "  " + fact;
    }
  }
  const std::size_t for_name = width - std::min(width, columns(head.address) + 2);
  std::string text = style.paint(Paint::bold, brief(head.name, std::max(for_name, kShortestName))) +
                     "  " + head.address + facts;
  if (beside) {
    const std::size_t used = must + columns(facts) + columns(head.amount);
    text += std::string(std::max<std::size_t>(width - std::min(width, used), 2), ' ');
  } else {
    text += "\n";
  }
  return text + head.amount + "\n";
}

std::vector<BoxRow> rows_of(const vfmgr::GpuView& gpu, std::vector<Box>& boxes, std::size_t room) {
  boxes = map_boxes(gpu, false);
  std::vector<BoxRow> rows = laid_out(boxes, room);
  if (rows.size() > kMostRows) {
    boxes = map_boxes(gpu, true);
    rows = laid_out(boxes, room);
  }
  return rows;
}

}  // namespace

std::string map_text(const vfmgr::Inventory& inventory, const Style& style) {
  if (inventory.gpus.empty()) {
    return nothing_here_text(inventory, style);
  }
  const std::size_t room =
      style.width == 0 ? kWithoutTerminal : std::max(style.width, kNarrowestMap);
  std::string text;
  for (const vfmgr::GpuView& gpu : inventory.gpus) {
    std::vector<Box> boxes;
    const std::vector<BoxRow> rows = rows_of(gpu, boxes, room);
    const MapHead head = map_head(gpu);
    const std::size_t least = std::min(room, kWithoutTerminal);
    text += (text.empty() ? "" : "\n") + head_text(head, std::max(width_of(rows), least), style);
    if (!head.settings.empty()) {
      text += style.paint(Paint::faint, brief(head.settings, room)) + "\n";
    }
    text += drawn(rows, style);
    for (const vfmgr::Finding& finding : gpu.findings) {
      text += noted(finding, room, style);
    }
  }
  return text;
}

}  // namespace vgpuctl
