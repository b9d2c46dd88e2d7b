// SPDX-License-Identifier: Apache-2.0
#include "output/show_text.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include "output/list_text.hpp"
#include "output/style.hpp"
#include "output/table.hpp"
#include "output/values.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
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

std::string offers_text(const GpuView& gpu, const Style& style) {
  Table table({{}, {}, {}, {.shrinks = true}});
  for (const vfmgr::OfferView& offer : gpu.offers) {
    table.row({{offer.name},
               {offer.pf ? "the GPU" : "each VF", Paint::faint},
               {range_of(offer)},
               {plain(offer.read_from), Paint::faint}});
  }
  return table.empty()
             ? ""
             : "  " + style.paint(Paint::faint, "can be set") + "\n" + table.text(style, 4);
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

/// VFs that differ in nothing but their address and IOMMU group.
struct Alike {
  std::vector<const VfView*> vfs;
};

bool alike(const VfView& one, const VfView& other) {
  return one.driver == other.driver && one.attributes == other.attributes &&
         use_of(one) == use_of(other) &&
         one.iommu_group.has_value() == other.iommu_group.has_value();
}

/// Neighbours that are alike; others stay apart, so that the order is the VFs' own.
std::vector<Alike> folded(const std::vector<VfView>& vfs) {
  std::vector<Alike> groups;
  for (const VfView& vf : vfs) {
    if (groups.empty() || !alike(*groups.back().vfs.front(), vf)) {
      groups.emplace_back();
    }
    groups.back().vfs.push_back(&vf);
  }
  return groups;
}

std::string span(const std::string& first, const std::string& last) {
  return first == last ? first : first + " … " + last;
}

/// "0000:03:00.1 … 03:00.3": the domain is said once.
std::string addresses(const VfView& first, const VfView& last) {
  if (!first.address || !last.address) {
    return "unknown";
  }
  const std::string to = to_string(*last.address);
  return first.address == last.address
             ? to
             : to_string(*first.address) + " … " + to.substr(to.find(':') + 1);
}

std::string vfs_text(const GpuView& gpu, const Style& style) {
  const std::vector<std::string> attributes = attributes_of(std::span(&gpu, 1));
  std::vector<Column> columns{{.head = "VF"},
                              {.head = "ADDRESS"},
                              {.head = "DRIVER"},
                              {.head = "GROUP", .drop = 9},
                              {.head = "IN USE", .drop = 8}};
  int drop = 0;
  for (const std::string& name : attributes) {
    columns.push_back({.head = name, .drop = ++drop});
  }
  Table table(std::move(columns));
  const auto group = [](const VfView& vf) {
    return vf.iommu_group ? std::to_string(*vf.iommu_group) : std::string("none");
  };
  for (const Alike& group_of_vfs : folded(gpu.vfs)) {
    const VfView& first = *group_of_vfs.vfs.front();
    const VfView& last = *group_of_vfs.vfs.back();
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
      text += fmt::format("  {}    {}\n", style.paint(Paint::changed, "note"), plain(finding.what));
      if (!finding.help.empty()) {
        text += fmt::format("          {}\n", plain(finding.help));
      }
    }
    text += vfs_text(gpu, style);
  }
  return text;
}

}  // namespace vgpuctl
