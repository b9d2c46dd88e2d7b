// SPDX-License-Identifier: Apache-2.0
#include "output/list_text.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include "output/style.hpp"
#include "output/table.hpp"
#include "output/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vgpuctl {

namespace {

using vfmgr::GpuView;
using vfmgr::Inventory;

/// "██░░░░░░": how many of the VFs that there can be are on; one block as soon as there is one.
std::string bar(std::uint32_t on, std::uint32_t most) {
  constexpr std::uint32_t kBlocks = 8;
  if (most == 0) {
    return "";
  }
  const auto share = static_cast<std::uint32_t>(std::uint64_t{on} * kBlocks / most);
  const std::uint32_t full = std::min(kBlocks, on == 0 ? 0 : std::max(1U, share));
  std::string text;
  for (std::uint32_t block = 0; block < kBlocks; ++block) {
    text += block < full ? "█" : "░";
  }
  return text;
}

/// VFs that are there because it is all or none, and have no vGPU.
std::uint32_t spare_vfs(const GpuView& gpu) {
  const std::string type = "vgpu_type";
  if (gpu.num_vfs != gpu.gpu.total_vfs ||
      std::ranges::find(gpu.offers, type, &vfmgr::OfferView::name) == gpu.offers.end()) {
    return 0;
  }
  return static_cast<std::uint32_t>(std::ranges::count_if(gpu.vfs, [&](const vfmgr::VfView& vf) {
    const auto has = vf.attributes.find(type);
    return has == vf.attributes.end() || has->second == vfmgr::Setting(std::string("none"));
  }));
}

bool can_be_cut(const GpuView& gpu) {
  return !gpu.backend.empty() && (gpu.makes_vfs || gpu.num_vfs > 0);
}

std::string count_of(const GpuView& gpu) {
  return can_be_cut(gpu)
             ? fmt::format("{} of {}", gpu.num_vfs - spare_vfs(gpu), gpu.gpu.total_vfs.value_or(0))
             : "none";
}

Cell driver_cell(const std::optional<std::string>& driver) {
  return driver ? Cell{plain(*driver)} : Cell{"none", Paint::faint};
}

Cell or_dash(const std::optional<int>& number) {
  return number ? Cell{std::to_string(*number)} : Cell{"-", Paint::faint};
}

/// Below the table: what keeps a GPU from being cut up, and what to do.
std::string findings_text(const Inventory& inventory, const Style& style) {
  std::string text;
  for (const GpuView& gpu : inventory.gpus) {
    for (const vfmgr::Finding& finding : gpu.findings) {
      const std::string address = to_string(gpu.gpu.address);
      text += fmt::format(
          "{}  {} {}\n", address, style.paint(Paint::changed, "note:"), plain(finding.what));
      if (!finding.help.empty()) {
        text += fmt::format("{}  {}\n", std::string(address.size(), ' '), plain(finding.help));
      }
    }
  }
  return text.empty() ? "" : "\n" + text;
}

}  // namespace

std::string use_of(const vfmgr::VfView& vf) {
  std::string names;
  for (const vfmgr::Holder& holder : vf.holders) {
    names += (names.empty() ? "" : ", ") + (holder.vm ? plain(*holder.vm) : holder_name(holder));
  }
  if (!names.empty()) {
    return names;
  }
  return !vf.in_use ? "unknown" : *vf.in_use ? "yes" : "no";
}

std::string list_text(const Inventory& inventory, const Style& style) {
  if (std::ranges::none_of(inventory.gpus, can_be_cut)) {
    return nothing_here_text(inventory, style);
  }
  Table table({{.head = "ADDRESS"},
               {.head = "GPU", .shrinks = true},
               {.head = "DRIVER", .drop = 1},
               {.head = "BACKEND", .drop = 2},
               {.head = "VFS"},
               {.head = "", .drop = 5},
               {.head = "VRAM", .drop = 3},
               {.head = "NUMA", .drop = 4}});
  for (const GpuView& gpu : inventory.gpus) {
    const bool good = can_be_cut(gpu);
    table.row({{to_string(gpu.gpu.address)},
               {name_of(gpu.gpu)},
               driver_cell(gpu.gpu.driver),
               {good ? gpu.backend : "-", good ? Paint::none : Paint::faint},
               {count_of(gpu), good ? Paint::none : Paint::faint},
               {good ? bar(gpu.num_vfs - spare_vfs(gpu), gpu.gpu.total_vfs.value_or(0)) : "",
                Paint::good},
               gpu.vram_total ? Cell{vfmgr::show(vfmgr::Bytes{*gpu.vram_total})}
                              : Cell{"unknown", Paint::faint},
               or_dash(gpu.gpu.numa_node)});
  }
  return table.text(style) + findings_text(inventory, style);
}

std::string list_vfs_text(const Inventory& inventory, const Style& style) {
  if (std::ranges::none_of(inventory.gpus, can_be_cut)) {
    return nothing_here_text(inventory, style);
  }
  const std::vector<std::string> attributes = attributes_of(inventory.gpus);
  std::vector<Column> columns{{.head = "ADDRESS"},
                              {.head = "GPU, VF", .shrinks = true},
                              {.head = "DRIVER"},
                              {.head = "GROUP", .drop = 9},
                              {.head = "IN USE", .drop = 8}};
  int drop = 0;
  for (const std::string& name : attributes) {
    std::string head = name;
    std::ranges::transform(head, head.begin(), [](char letter) {
      return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    });
    columns.push_back({.head = std::move(head), .drop = ++drop});
  }
  Table table(std::move(columns));
  for (const GpuView& gpu : inventory.gpus) {
    table.row({{to_string(gpu.gpu.address), Paint::bold},
               {name_of(gpu.gpu), Paint::bold},
               driver_cell(gpu.gpu.driver),
               or_dash(gpu.gpu.iommu_group),
               {can_be_cut(gpu) ? count_of(gpu) + " VFs" : "no VFs", Paint::faint}});
    for (const vfmgr::VfView& vf : gpu.vfs) {
      std::vector<Cell> cells{{vf.address ? to_string(*vf.address) : "unknown"},
                              {fmt::format("  vf{}", vf.index.index)},
                              driver_cell(vf.driver),
                              or_dash(vf.iommu_group),
                              {use_of(vf)}};
      for (const std::string& name : attributes) {
        const auto found = vf.attributes.find(name);
        cells.push_back(found == vf.attributes.end() ? Cell{"-", Paint::faint}
                                                     : Cell{shown(name, found->second)});
      }
      table.row(std::move(cells));
    }
  }
  return table.text(style) + findings_text(inventory, style);
}

std::string nothing_here_text(const Inventory& inventory, const Style& style) {
  std::string text = "No SR-IOV GPU here.";
  if (!inventory.gpus.empty()) {
    text += fmt::format(" {} without SR-IOV:\n", counted(inventory.gpus.size(), "GPU"));
    for (const GpuView& gpu : inventory.gpus) {
      text += fmt::format("  {}  {} ({})\n",
                          to_string(gpu.gpu.address),
                          name_of(gpu.gpu),
                          gpu.gpu.driver ? plain(*gpu.gpu.driver) : "no driver");
      for (const vfmgr::Finding& finding : gpu.findings) {
        text += fmt::format("    {}{}\n",
                            plain(finding.what),
                            finding.help.empty() ? "" : "; " + plain(finding.help));
      }
    }
  } else {
    text += "\n";
  }
  if (!inventory.simulated) {
    text += style.paint(Paint::bold, "Try it:") +
            "  vgpuctl sim create lab.vfhost --gpu intel-b60 --gpu nvidia-l40s && vgpuctl --sim "
            "lab.vfhost list\n";
  }
  return text;
}

}  // namespace vgpuctl
