// SPDX-License-Identifier: Apache-2.0
#include "output/map_boxes.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include "output/alike.hpp"
#include "output/style.hpp"
#include "output/values.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace vgpuctl {

namespace {

using vfmgr::GpuView;
using vfmgr::VfView;
using Alike = std::vector<const VfView*>;

constexpr std::size_t kLeastFolded = 3;   // two boxes say more than one that stands for both
constexpr std::size_t kLongestLine = 22;  // a VM's name may be long; its details have it whole
constexpr std::size_t kMostFits = 4;      // a card has dozens of types; `show` names them all

/// What a box says of a VF's attributes, in this order, where any VF of the GPU has them.
constexpr std::array<std::string_view, 4> kDrawn{
    "vram", "vgpu_type", "exec_quantum", "gpu_instance"};

/// "L40S-8Q" of "NVIDIA L40S-8Q": what tells types apart stands behind the last blank.
std::string short_type(std::string_view type) {
  return plain(type.substr(type.rfind(' ') + 1));
}

BoxLine attribute_line(std::string_view name, const vfmgr::Setting* value) {
  if (value == nullptr) {
    return {.text = "-", .paint = Paint::faint};
  }
  const std::string text = shown(name, *value);
  const bool is_number = std::holds_alternative<std::uint64_t>(*value);
  if (std::holds_alternative<std::monostate>(*value)) {
    return {.text = fmt::format("{} unknown", name), .paint = Paint::faint};
  }
  if (name == "vgpu_type") {
    const auto* const type = std::get_if<std::string>(value);
    return type != nullptr && *type == "none" ? BoxLine{.text = "no vGPU", .paint = Paint::faint}
           : type != nullptr                  ? BoxLine{.text = short_type(*type)}
                                              : BoxLine{.text = text};
  }
  if (name == "gpu_instance") {
    return {.text = "instance " + text};
  }
  const bool says_it_all = is_number && text.find(' ') != std::string::npos;
  return {.text = says_it_all ? text : fmt::format("{} {}", name, text)};
}

BoxLine use_line(const VfView& vf) {
  if (!vf.holders.empty()) {
    return {.text = use_of(vf), .paint = Paint::changed};
  }
  if (!vf.in_use) {
    return {.text = "use unknown", .paint = Paint::faint};
  }
  return *vf.in_use ? BoxLine{.text = "in use", .paint = Paint::changed}
                    : BoxLine{.text = "unused", .paint = Paint::faint};
}

/// "03:00.1", or with its domain where that is not the GPU's.
std::string near_address(const GpuView& gpu, const VfView& vf) {
  if (!vf.address) {
    return "";
  }
  const std::string whole = to_string(*vf.address);
  return vf.address->domain == gpu.gpu.address.domain ? whole.substr(whole.find(':') + 1) : whole;
}

BoxLine address_line(const GpuView& gpu, const Alike& run) {
  const std::string first = near_address(gpu, *run.front());
  const std::string last = near_address(gpu, *run.back());
  return first.empty() || last.empty() ? BoxLine{.text = "address unknown", .paint = Paint::faint}
                                       : BoxLine{.text = span(first, last)};
}

BoxLine group_line(const Alike& run) {
  const std::optional<int>& first = run.front()->iommu_group;
  const std::optional<int>& last = run.back()->iommu_group;
  return first && last
             ? BoxLine{.text = "group " + span(std::to_string(*first), std::to_string(*last))}
             : BoxLine{.text = "no group", .paint = Paint::faint};
}

BoxLine driver_line(const VfView& vf) {
  return vf.driver ? BoxLine{.text = plain(*vf.driver)}
                   : BoxLine{.text = "no driver", .paint = Paint::faint};
}

const vfmgr::Setting* value_of(const VfView& vf, std::string_view name) {
  const auto found = vf.attributes.find(name);
  return found == vf.attributes.end() ? nullptr : &found->second;
}

std::optional<std::uint64_t> vram_of(const VfView& vf) {
  const vfmgr::Setting* const value = value_of(vf, "vram");
  const auto* const bytes = value == nullptr ? nullptr : std::get_if<std::uint64_t>(value);
  return bytes == nullptr ? std::nullopt : std::optional(*bytes);
}

std::string details_of(const Alike& run) {
  const VfView& vf = *run.front();
  std::vector<std::string> parts{addresses(vf, *run.back())};
  for (const auto& [name, value] : vf.attributes) {
    parts.push_back(fmt::format("{} {}", name, shown(name, value)));
  }
  for (const vfmgr::Holder& holder : vf.holders) {
    parts.push_back(fmt::format("{}: {}", holder_name(holder), holder_details(holder)));
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

Box vf_box(const GpuView& gpu, const Alike& run, const std::vector<std::string_view>& drawn) {
  const VfView& vf = *run.front();
  const bool many = run.size() > 1;
  Box box{.title = span(fmt::format("vf{}", vf.index.index),
                        fmt::format("vf{}", run.back()->index.index)) +
                   (many ? fmt::format(", {} alike", run.size()) : ""),
          .vfs = run.size(),
          .in_use = vf.in_use,
          .details = details_of(run)};
  if (const auto vram = vram_of(vf)) {
    box.bytes = *vram * run.size();
  }
  for (const std::string_view name : drawn) {
    box.lines.push_back(attribute_line(name, value_of(vf, name)));
  }
  if (many && !box.lines.empty()) {
    box.lines.front().text += " each";
  }
  box.lines.push_back(address_line(gpu, run));
  box.lines.push_back(group_line(run));
  box.lines.push_back(driver_line(vf));
  box.lines.push_back(use_line(vf));
  for (BoxLine& line : box.lines) {
    line.text = brief(line.text, kLongestLine);
  }
  return box;
}

Box spare_box(const Alike& spare) {
  std::vector<vfmgr::VfIndex> names;
  names.reserve(spare.size());
  for (const VfView* const vf : spare) {
    names.push_back(vf->index);
  }
  Box box{.kind = BoxKind::spare,
          .title = "spare",
          .vfs = spare.size(),
          .in_use = false,
          .details = "the driver makes all VFs or none; these have no vGPU"};
  box.lines = {{.text = counted(spare.size(), "VF")},
               {.text = "without a vGPU"},
               {.text = brief(vf_names(names), kLongestLine), .paint = Paint::faint}};
  return box;
}

/// "2 more L40S-8Q": of the types that the GPU's VFs have now.
std::vector<std::string> fits_of_types_in_use(const GpuView& gpu) {
  std::set<std::string, std::less<>> in_use;
  for (const VfView& vf : gpu.vfs) {
    const vfmgr::Setting* const value = value_of(vf, "vgpu_type");
    if (const auto* const type = value == nullptr ? nullptr : std::get_if<std::string>(value)) {
      in_use.insert(*type);
    }
  }
  std::vector<std::string> lines;
  for (const vfmgr::FitView& fit : gpu.fits) {
    if (fit.attribute == "vgpu_type" && in_use.contains(fit.value)) {
      lines.push_back(fit.more == 0
                          ? fmt::format("no more {}", short_type(fit.value))
                          : fmt::format("fits {} more {}", fit.more, short_type(fit.value)));
    }
  }
  return lines;
}

/// "fits 8 more L40S-6Q …": one line for each number, the greatest first.
std::vector<std::string> fits_by_number(const GpuView& gpu) {
  std::map<std::uint32_t, std::vector<std::string>, std::greater<>> by_number;
  for (const vfmgr::FitView& fit : gpu.fits) {
    if (fit.more > 0) {
      by_number[fit.more].push_back(short_type(fit.value));
    }
  }
  std::vector<std::string> lines;
  lines.reserve(by_number.size());
  for (const auto& [more, types] : by_number) {
    lines.push_back(
        fmt::format("fits {} {}{}", more, types.front(), types.size() > 1 ? ", …" : ""));
  }
  if (lines.empty() && !gpu.fits.empty()) {
    lines.emplace_back("nothing more fits");
  }
  return lines;
}

/// What the VFs leave of the VRAM, where all of it is known. The host's own share is in it.
std::optional<std::uint64_t> vram_left(const GpuView& gpu) {
  std::uint64_t given = 0;
  for (const VfView& vf : gpu.vfs) {
    const auto bytes = vram_of(vf);
    if (!bytes) {
      return std::nullopt;
    }
    given += *bytes;
  }
  return gpu.vram_total && given <= *gpu.vram_total ? std::optional(*gpu.vram_total - given)
                                                    : std::nullopt;
}

std::optional<Box> room_box(const GpuView& gpu) {
  Box box{.kind = BoxKind::room, .title = "free", .in_use = false, .details = {}};
  // Without VFs nothing tells how VRAM is shared out: the line over the boxes has all of it.
  if (const auto left = gpu.vfs.empty() ? std::nullopt : vram_left(gpu)) {
    box.bytes = left;
    const std::string bytes = vfmgr::show(vfmgr::Bytes{*left});
    box.lines.push_back({.text = *left == 0 ? "no VRAM is left" : bytes + " in no VF"});
  }
  const std::uint32_t total = gpu.gpu.total_vfs.value_or(0);
  if (total > gpu.num_vfs && !gpu.vfs.empty()) {
    const std::uint32_t unmade = total - gpu.num_vfs;
    box.lines.push_back({.text = counted(unmade, "VF") + " not made"});
  }
  std::vector<std::string> fits = fits_of_types_in_use(gpu);
  if (fits.empty()) {
    fits = fits_by_number(gpu);
  }
  const std::size_t drawn = fits.size() > kMostFits ? kMostFits - 1 : fits.size();
  for (std::size_t at = 0; at < drawn; ++at) {
    box.lines.push_back({.text = brief(fits[at], kLongestLine + 4), .paint = Paint::good});
  }
  if (drawn < fits.size()) {
    box.lines.push_back({.text = "… show names all", .paint = Paint::faint});
  }
  return box.lines.empty() ? std::nullopt : std::optional(box);
}

Box nothing_box(const GpuView& gpu) {
  Box box{.kind = BoxKind::none, .title = "no VFs", .in_use = false, .details = {}};
  const bool can = !gpu.backend.empty() && gpu.makes_vfs;
  const std::string most = fmt::format("up to {} can be made", gpu.gpu.total_vfs.value_or(0));
  box.lines.push_back({.text = can ? most : "none can be made here", .paint = Paint::faint});
  return box;
}

}  // namespace

MapHead map_head(const GpuView& gpu) {
  MapHead head{.name = name_of(gpu.gpu),
               .address = to_string(gpu.gpu.address),
               .facts = {gpu.gpu.driver ? plain(*gpu.gpu.driver) : "no driver"},
               .amount = {},
               .settings = {}};
  if (gpu.gpu.numa_node) {
    head.facts.push_back(fmt::format("NUMA {}", *gpu.gpu.numa_node));
  }
  const std::string vfs = gpu.gpu.total_vfs ? fmt::format("{} of {}",
                                                          gpu.num_vfs - spare_vfs(gpu).size(),
                                                          counted(*gpu.gpu.total_vfs, "VF"))
                                            : "no SR-IOV";
  head.amount = vfs + (gpu.vram_total ? ", " + vfmgr::show(vfmgr::Bytes{*gpu.vram_total}) + " VRAM"
                                      : ", VRAM unknown");
  for (const auto& [name, value] : gpu.attributes) {
    head.settings +=
        fmt::format("{}{} {}", head.settings.empty() ? "" : ", ", name, shown(name, value));
  }
  return head;
}

std::vector<Box> map_boxes(const GpuView& gpu, bool folds) {
  const Alike spare = spare_vfs(gpu);
  Alike drawn_vfs;
  std::vector<std::string_view> drawn;
  for (const VfView& vf : gpu.vfs) {
    if (std::ranges::find(spare, &vf) == spare.end()) {
      drawn_vfs.push_back(&vf);
    }
  }
  std::ranges::copy_if(kDrawn, std::back_inserter(drawn), [&](std::string_view name) {
    return std::ranges::any_of(drawn_vfs,
                               [&](const VfView* vf) { return value_of(*vf, name) != nullptr; });
  });
  std::vector<Box> boxes;
  for (const Alike& run : neighbours_alike(drawn_vfs)) {
    if (folds && run.size() >= kLeastFolded) {
      boxes.push_back(vf_box(gpu, run, drawn));
      continue;
    }
    for (const VfView* const vf : run) {
      boxes.push_back(vf_box(gpu, {vf}, drawn));
    }
  }
  if (gpu.vfs.empty()) {
    boxes.push_back(nothing_box(gpu));
  }
  if (!spare.empty()) {
    boxes.push_back(spare_box(spare));
  }
  if (const auto room = gpu.makes_vfs && !gpu.backend.empty() ? room_box(gpu) : std::nullopt) {
    boxes.push_back(*room);
  }
  return boxes;
}

}  // namespace vgpuctl
