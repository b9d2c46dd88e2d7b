// SPDX-License-Identifier: Apache-2.0
#include "output/list_text.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include "output/alike.hpp"
#include "output/style.hpp"
#include "output/table.hpp"
#include "output/values.hpp"
#include "output/wrap.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
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

std::uint32_t count_of_spare(const GpuView& gpu) {
  return static_cast<std::uint32_t>(spare_vfs(gpu).size());
}

bool can_be_cut(const GpuView& gpu) {
  return !gpu.backend.empty() && (gpu.makes_vfs || gpu.num_vfs > 0 || gpu.coming_vfs > 0);
}

std::string count_of(const GpuView& gpu) {
  return can_be_cut(gpu)
             ? fmt::format(
                   "{} of {}", gpu.num_vfs - count_of_spare(gpu), gpu.gpu.total_vfs.value_or(0))
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
      const std::size_t indent = columns(address) + 2;
      constexpr std::size_t kNote = 6;  // "note: "
      text += fmt::format("{}  {} {}",
                          address,
                          style.paint(Paint::changed, "note:"),
                          wrapped(plain(finding.what), style.width, indent, indent + kNote));
      if (!finding.help.empty()) {
        text +=
            std::string(indent, ' ') + wrapped(plain(finding.help), style.width, indent, indent);
      }
    }
  }
  return text.empty() ? "" : "\n" + text;
}

}  // namespace

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
               {good ? bar(gpu.num_vfs - count_of_spare(gpu), gpu.gpu.total_vfs.value_or(0)) : "",
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
                              {.head = "IN USE", .drop = 1}};
  int drop = 1;  // who would be hit is worth more than any attribute
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
  // One with the capability and without the driver for it is no GPU without SR-IOV.
  const bool any_could = std::ranges::any_of(
      inventory.gpus, [](const GpuView& gpu) { return gpu.gpu.total_vfs.value_or(0) > 0; });
  std::string text = any_could ? "No GPU here can be cut up as it is." : "No SR-IOV GPU here.";
  if (!inventory.gpus.empty()) {
    text += any_could ? fmt::format(" {} with what keeps it from that:\n",
                                    counted(inventory.gpus.size(), "GPU"))
                      : fmt::format(" {} without SR-IOV:\n", counted(inventory.gpus.size(), "GPU"));
    for (const GpuView& gpu : inventory.gpus) {
      text += fmt::format("  {}  {} ({})\n",
                          to_string(gpu.gpu.address),
                          name_of(gpu.gpu),
                          gpu.gpu.driver ? plain(*gpu.gpu.driver) : "no driver");
      for (const vfmgr::Finding& finding : gpu.findings) {
        const std::string help = finding.help.empty() ? "" : "; " + plain(finding.help);
        text += "    " + wrapped(plain(finding.what) + help, style.width, 4, 4);
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
