// SPDX-License-Identifier: Apache-2.0
#include "output/svg_picture.hpp"

#include "vfmgr/inventory.hpp"

#include "output/map_boxes.hpp"
#include "output/style.hpp"
#include "output/svg_style.hpp"
#include "output/svg_text.hpp"
#include "output/wrap.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vgpuctl {

namespace {

using vfmgr::GpuView;

// Pixels.
constexpr double kWidth = 1000;
constexpr double kMargin = 20;
constexpr double kInner = kWidth - 4 * kMargin;  // of a card, between its own margins
constexpr double kLine = 17;
constexpr double kBetween = 8;
constexpr double kPadding = 10;
constexpr double kBar = 12;
constexpr std::size_t kMostColumns = 6;
// More boxes than these are a wall of them: who is alike stands together then.
constexpr std::size_t kMostBoxes = 24;

std::string_view look_of(const Box& box) {
  switch (box.kind) {
    case BoxKind::spare:
      return "spare";
    case BoxKind::room:
      return "room";
    case BoxKind::none:
      return "none";
    case BoxKind::vf:
      break;
  }
  return !box.in_use ? "unknown" : *box.in_use ? "used" : "unused";
}

std::string rectangle(
    std::string_view look, double x, double y, double width, double height, int round = 6) {
  return fmt::format(
      R"(<rect class="{}" x="{:.6g}" y="{:.6g}" width="{:.6g}" height="{:.6g}" rx="{}"/>)"
      "\n",
      look,
      x,
      y,
      width,
      height,
      round);
}

/// Text that grows downwards.
struct Page {
  std::string svg;
  double y = kMargin;
};

std::string box_svg(const Box& box, double x, double y, double width, double height) {
  const std::string tip = box.title + (box.details.empty() ? "" : ": " + box.details);
  std::string svg = fmt::format("<g><title>{}</title>\n", xml_text(tip));
  svg += rectangle(fmt::format("box {}", look_of(box)), x, y, width, height);
  const double room = width - 2 * kPadding;
  double line = y + kLine + 2;
  svg += svg_text({.x = x + kPadding, .y = line, .look = "title", .room = room}, box.title);
  bool first = true;
  for (const BoxLine& one : box.lines) {
    line += kLine;
    const std::string_view look = one.paint == Paint::faint ? "soft" : first ? "first" : "line";
    svg += svg_text({.x = x + kPadding, .y = line, .look = look, .room = room}, one.text);
    first = false;
  }
  return svg + "</g>\n";
}

/// In columns of one width; a folded run is as wide as what it says needs.
void add_boxes(const std::vector<Box>& boxes, Page& page) {
  std::size_t lines = 0;
  std::size_t longest = 0;
  for (const Box& box : boxes) {
    lines = std::max(lines, box.lines.size());
    longest = std::max(longest, columns(box.title));
    for (const BoxLine& line : box.lines) {
      longest = std::max(longest, columns(line.text));
    }
  }
  std::size_t across = std::min(boxes.size(), kMostColumns);
  const auto width_in = [](std::size_t count) {
    return (kInner + kBetween) / static_cast<double>(count) - kBetween;
  };
  while (across > 1 && characters_in(width_in(across) - 2 * kPadding) < longest) {
    --across;
  }
  const double width = width_in(std::max<std::size_t>(across, 4));
  const std::size_t in_a_row = std::max<std::size_t>(across, 4);
  const double height = static_cast<double>(lines + 1) * kLine + kPadding + 2;
  for (std::size_t at = 0; at < boxes.size(); ++at) {
    const std::size_t column = at % in_a_row;
    if (at > 0 && column == 0) {
      page.y += height + kBetween;
    }
    const double x = 2 * kMargin + static_cast<double>(column) * (width + kBetween);
    page.svg += box_svg(boxes[at], x, page.y, width, height);
  }
  page.y += height;
}

/// A part of a bar.
struct Share {
  std::string_view look;
  double part = 0;  ///< of 1
};

/// Who has how much of the VRAM, where all of it is known.
std::vector<Share> shares_of_vram(const GpuView& gpu, const std::vector<Box>& boxes) {
  std::vector<Share> shares;
  double sum = 0;
  for (const Box& box : boxes) {
    if (!gpu.vram_total || *gpu.vram_total == 0 || (!box.bytes && box.vfs > 0)) {
      return {};
    }
    shares.push_back({.look = look_of(box),
                      .part = static_cast<double>(box.bytes.value_or(0)) /
                              static_cast<double>(*gpu.vram_total)});
    sum += shares.back().part;
  }
  // A driver that gave out more than there is would draw over the edge.
  return sum > 1.0 + 1e-9 ? std::vector<Share>() : shares;
}

/// Which of the VFs that there can be are made.
std::vector<Share> shares_of_vfs(const GpuView& gpu, const std::vector<Box>& boxes) {
  const double total = gpu.gpu.total_vfs.value_or(0);
  std::vector<Share> shares;
  for (const Box& box : boxes) {
    const std::size_t pieces =
        box.kind == BoxKind::vf ? box.vfs : std::min<std::size_t>(box.vfs, 1);
    for (std::size_t piece = 0; piece < pieces; ++piece) {
      shares.push_back(
          {.look = look_of(box),
           .part = static_cast<double>(box.vfs) / static_cast<double>(pieces) / total});
    }
  }
  shares.push_back({.look = "none", .part = (total - gpu.num_vfs) / total});
  return shares;
}

/// The bar over the boxes, with a word on what it is a bar of.
void add_bar(const GpuView& gpu, const std::vector<Box>& boxes, Page& page) {
  if (gpu.vfs.empty() || gpu.gpu.total_vfs.value_or(0) < gpu.num_vfs) {
    return;
  }
  std::vector<Share> shares = shares_of_vram(gpu, boxes);
  const std::string_view what = shares.empty() ? "VFs made" : "VRAM in VFs";
  if (shares.empty()) {
    shares = shares_of_vfs(gpu, boxes);
  }
  page.svg += svg_text(
      {.x = 2 * kMargin + kInner, .y = page.y - kLine + 4, .look = "soft", .at_end = true}, what);
  double x = 2 * kMargin;
  for (const Share& share : shares) {
    const double width = share.part * kInner;
    if (width >= 1) {
      page.svg += rectangle(
          fmt::format("box {}", share.look), x, page.y, std::max(width - 2, 1.0), kBar, 3);
    }
    x += width;
  }
  page.y += kBar + kBetween;
}

void add_notes(const GpuView& gpu, Page& page) {
  const Style style{.width = characters_in(kInner)};
  for (const vfmgr::Finding& finding : gpu.findings) {
    std::string_view text;
    const std::string all = noted(finding, style.width, style);
    for (text = all; !text.empty();
         text.remove_prefix(std::min(text.find('\n') + 1, text.size()))) {
      page.y += kLine;
      page.svg += svg_text({.x = 2 * kMargin, .y = page.y, .look = "note"},
                           text.substr(0, text.find('\n')));
    }
  }
}

void add_gpu(const GpuView& gpu, Page& page) {
  std::vector<Box> boxes = map_boxes(gpu, false);
  if (boxes.size() > kMostBoxes) {
    boxes = map_boxes(gpu, true);
  }
  const MapHead head = map_head(gpu);
  const double top = page.y;
  Page card{.svg = {}, .y = top + kMargin + kPadding};
  const double left = 2 * kMargin;
  card.svg += svg_text({.x = left, .y = card.y, .look = "name", .room = kInner / 2}, head.name);
  card.svg +=
      svg_text({.x = left + kInner, .y = card.y, .look = "title", .at_end = true}, head.amount);
  card.y += kLine + 2;
  const std::string facts = head.address + " · " + fmt::format("{}", fmt::join(head.facts, " · ")) +
                            (head.settings.empty() ? "" : " · " + head.settings);
  card.svg += svg_text({.x = left, .y = card.y, .look = "soft", .room = kInner - 100}, facts);
  card.y += kLine - 4;
  add_bar(gpu, boxes, card);
  add_boxes(boxes, card);
  add_notes(gpu, card);
  card.y += kMargin;
  page.svg += rectangle("card", kMargin, top, kWidth - 2 * kMargin, card.y - top) + card.svg;
  page.y = card.y + kMargin;
}

/// What the colours mean: the same as the boxes say in words.
void add_legend(Page& page) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kLegend{
      {{"used", "in use"},
       {"unused", "not in use"},
       {"unknown", "use not known"},
       {"spare", "spare"},
       {"room", "free"}}};
  double x = kMargin;
  for (const auto& [look, meaning] : kLegend) {
    page.svg += rectangle(fmt::format("box {}", look), x, page.y, kBar * 1.5, kBar);
    page.svg += svg_text({.x = x + kBar * 2, .y = page.y + kBar - 2, .look = "soft"}, meaning);
    x += kBar * 4 + static_cast<double>(columns(meaning)) * 7;
  }
  page.y += kBar + kMargin;
}

}  // namespace

std::string svg_picture(const vfmgr::Inventory& inventory) {
  Page page;
  const std::string host = inventory.simulated ? "Simulated host" : "Host";
  const std::string heading = host + ": " + counted(inventory.gpus.size(), "GPU");
  page.y += kLine;
  page.svg += svg_text({.x = kMargin, .y = page.y, .look = "title"}, heading);
  page.y += kPadding;
  for (const GpuView& gpu : inventory.gpus) {
    add_gpu(gpu, page);
  }
  add_legend(page);
  return fmt::format(
      R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0:g} {1:g}" width="{0:g}" height="{1:g}" role="img">)"
      "\n<title>{2}</title>\n{3}"
      R"(<rect class="page" width="{0:g}" height="{1:g}"/>)"
      "\n{4}</svg>\n",
      kWidth,
      page.y,
      heading,
      kSvgStyle,
      page.svg);
}

}  // namespace vgpuctl
