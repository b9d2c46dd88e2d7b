// SPDX-License-Identifier: Apache-2.0
#include "output/show_text.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include "output/alike.hpp"
#include "output/list_text.hpp"
#include "output/style.hpp"
#include "output/table.hpp"
#include "output/values.hpp"
#include "output/wrap.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vgpuctl {

namespace {

using vfmgr::GpuView;
using vfmgr::VfView;

std::string headline(const GpuView& gpu, const Style& style) {
  const std::string text = fmt::format("{}  {}",
                                       style.paint(Paint::bold, to_string(gpu.gpu.address)),
                                       style.paint(Paint::bold, name_of(gpu.gpu)));
  if (gpu.backend.empty()) {
    return text + "  no VFs can be made\n";
  }
  return text +
         fmt::format("  {} of {} on\n", gpu.num_vfs, counted(gpu.gpu.total_vfs.value_or(0), "VF"));
}

std::string or_unknown(const std::optional<std::uint32_t>& number) {
  return number ? std::to_string(*number) : "unknown";
}

/// What tells it from others of its kind wherever it is plugged in; empty: nothing is known.
std::string card_of(const vfmgr::Gpu& gpu) {
  std::string text;
  const auto add = [&text](std::string_view what, const std::optional<std::string>& value) {
    if (value) {
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", what, plain(*value));
    }
  };
  add("slot", gpu.slot);
  add("serial number", gpu.serial);
  add("UUID", gpu.uuid);
  return text;
}

/// What is known of the GPU itself, a line a subject.
Table facts_of(const GpuView& view) {
  const vfmgr::Gpu& gpu = view.gpu;
  Table facts({{}, {.shrinks = true}});
  const auto fact = [&facts](std::string name, std::string text) {
    facts.row({{std::move(name), Paint::faint}, {std::move(text)}});
  };
  fact("device",
       fmt::format("{:04x}:{:04x}, subsystem {:04x}:{:04x}, class {:06x}",
                   gpu.vendor_id,
                   gpu.device_id,
                   gpu.subsystem_vendor_id,
                   gpu.subsystem_device_id,
                   gpu.class_code));
  fact("driver",
       fmt::format("{}{}",
                   gpu.driver ? plain(*gpu.driver) : "none",
                   view.backend.empty() ? "" : ", managed by " + view.backend));
  fact("place",
       fmt::format("NUMA node {}, IOMMU group {}",
                   gpu.numa_node ? std::to_string(*gpu.numa_node) : "unknown",
                   gpu.iommu_group ? std::to_string(*gpu.iommu_group) : "none"));
  if (const std::string card = card_of(gpu); !card.empty()) {
    fact("card", card);
  }
  fact("VRAM", view.vram_total ? vfmgr::show(vfmgr::Bytes{*view.vram_total}) : "unknown");
  if (!view.backend.empty()) {
    const std::string probing = !view.drivers_autoprobe   ? "unknown"
                                : *view.drivers_autoprobe ? "on"
                                                          : "off";
    fact("VFs",
         fmt::format("device {}, offset {}, stride {}, autoprobe {}",
                     view.vf_device_id.empty() ? "unknown" : view.vf_device_id,
                     or_unknown(view.vf_offset),
                     or_unknown(view.vf_stride),
                     probing));
  }
  for (const auto& [name, value] : view.attributes) {
    fact(name, shown(name, value));
  }
  return facts;
}

/// Where a range was read stands beside it, or in a line of its own where there is no room for it:
/// half a place is none.
std::string offers_text(const GpuView& gpu, const Style& style) {
  constexpr std::size_t kIndent = 4;
  constexpr std::size_t kBelow = 6;
  Table all({{}, {}, {}, {}, {}});
  for (const vfmgr::OfferView& offer : gpu.offers) {
    all.row({{offer.name},
             {offer.pf ? "the GPU" : "each VF", Paint::faint},
             {range_of(offer)},
             {std::string(phase_of(offer)), Paint::faint},
             {plain(offer.read_from), Paint::faint}});
  }
  if (all.empty()) {
    return "";
  }
  std::string text = "  " + style.paint(Paint::faint, "can be set") + "\n";
  if (style.width == 0 || all.width(kIndent) <= style.width) {
    return text + all.text(style, kIndent);
  }
  std::size_t widest = 0;
  for (const vfmgr::OfferView& offer : gpu.offers) {
    widest = std::max(widest, offer.name.size());
  }
  for (const vfmgr::OfferView& offer : gpu.offers) {
    Table one({{}, {}, {}, {.drop = 1}});
    one.row({{fmt::format("{:<{}}", offer.name, widest)},
             {offer.pf ? "the GPU" : "each VF", Paint::faint},
             {range_of(offer)},
             {std::string(phase_of(offer)), Paint::faint}});
    text += one.text(style, kIndent) + std::string(kBelow, ' ') +
            style.paint(Paint::faint, "from " + plain(offer.read_from)) + "\n";
  }
  return text;
}

/// "3 more of NVIDIA L40S-8Q, L40S-8A": those of which as many fit stand together.
std::string fits_text(const GpuView& gpu, const Style& style) {
  std::map<std::uint32_t, std::string, std::greater<>> by_number;
  for (const vfmgr::FitView& fit : gpu.fits) {
    const std::string name = plain(fit.value);
    std::string& names = by_number[fit.more];
    // The vendor and the card are said once: what tells types apart stands behind the last blank.
    names += names.empty() ? name : ", " + name.substr(name.rfind(' ') + 1);
  }
  Table table({{}, {.shrinks = true}});
  for (const auto& [more, names] : by_number) {
    table.row({{fmt::format("{:>3}", more)}, {names}});
  }
  return table.empty() ? ""
                       : "  " + style.paint(Paint::faint, "still fits, of one kind") + "\n" +
                             table.text(style, 4);
}

std::string vfs_text(const GpuView& gpu, const Style& style) {
  const std::vector<std::string> attributes = attributes_of(std::span(&gpu, 1));
  std::vector<Column> columns{{.head = "VF"},
                              {.head = "ADDRESS"},
                              {.head = "DRIVER"},
                              {.head = "GROUP", .drop = 9},
                              {.head = "IN USE", .drop = 1}};
  int drop = 1;  // who would be hit is worth more than any attribute
  for (const std::string& name : attributes) {
    columns.push_back({.head = name, .drop = ++drop});
  }
  Table table(std::move(columns));
  const auto group = [](const VfView& vf) {
    return vf.iommu_group ? std::to_string(*vf.iommu_group) : std::string("none");
  };
  std::vector<const VfView*> vfs;
  vfs.reserve(gpu.vfs.size());
  for (const VfView& vf : gpu.vfs) {
    vfs.push_back(&vf);
  }
  for (const auto& run : neighbours_alike(vfs)) {
    const VfView& first = *run.front();
    const VfView& last = *run.back();
    std::vector<Cell> cells{
        {span(fmt::format("vf{}", first.index.index), fmt::format("vf{}", last.index.index))},
        {addresses(first, last)},
        {first.driver ? plain(*first.driver) : "none"},
        {span(group(first), group(last))},
        {use_of(first)}};
    for (const std::string& name : attributes) {
      const auto found = first.attributes.find(name);
      cells.push_back({found == first.attributes.end() ? "-" : shown(name, found->second)});
    }
    table.row(std::move(cells));
  }
  return table.empty() ? "" : "\n" + table.text(style, 2);
}

}  // namespace

std::string show_text(const vfmgr::Inventory& inventory, const Style& style) {
  if (inventory.gpus.empty()) {
    return nothing_here_text(inventory, style);
  }
  std::string text;
  for (const GpuView& gpu : inventory.gpus) {
    text += (text.empty() ? "" : "\n") + headline(gpu, style) + facts_of(gpu).text(style, 2) +
            offers_text(gpu, style) + fits_text(gpu, style);
    for (const vfmgr::Finding& finding : gpu.findings) {
      constexpr std::size_t kIndent = 10;
      text += fmt::format("  {}    {}",
                          style.paint(Paint::changed, "note"),
                          wrapped(plain(finding.what), style.width, kIndent, kIndent));
      if (!finding.help.empty()) {
        text +=
            std::string(kIndent, ' ') + wrapped(plain(finding.help), style.width, kIndent, kIndent);
      }
    }
    text += vfs_text(gpu, style);
  }
  return text;
}

}  // namespace vgpuctl
