// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/xe_paths.hpp"

#include "vfmgr/units.hpp"

#include "sim/drivers/xe_card.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr::sim::xe {

namespace {

/// Takes the first component off a path.
std::string_view next_component(std::string_view& path) {
  const std::size_t slash = path.find('/');
  const std::string_view name = path.substr(0, slash);
  path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  return name;
}

/// N of "vfN" and the like, below `end`.
std::optional<std::uint32_t> numbered(std::string_view name,
                                      std::string_view kind,
                                      std::uint64_t end) {
  if (!name.starts_with(kind)) {
    return std::nullopt;
  }
  const auto number = stored_number(name.substr(kind.size()));
  if (!number || *number >= end) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(*number);
}

std::optional<std::uint32_t> function_named(std::string_view name, std::uint32_t total) {
  if (name == "pf") {
    return 0;
  }
  const auto number = numbered(name, "vf", std::uint64_t{total} + 1);
  return number == 0U ? std::nullopt : number;
}

/// The newest driver's name of a file in a GT's directory before 6.19.
std::string newest_name(std::string_view name) {
  return name.starts_with("lmem_") ? fmt::format("vram_{}", name.substr(5)) : std::string(name);
}

/// xe 6.17, 6.18: "[tile0/]gt1/vf3/NAME".
std::optional<DebugFile> older_file_at(const Card& card, std::string_view path) {
  std::string_view first = next_component(path);
  if (first.starts_with("tile")) {
    first = next_component(path);
  }
  const auto gt = numbered(first, "gt", card.gts.size());
  const auto function = function_named(next_component(path), card.total);
  if (!gt || !function || path.empty() || path.find('/') != std::string_view::npos) {
    return std::nullopt;
  }
  DebugFile file{
      .of = DebugFile::Of::gt, .function = *function, .unit = *gt, .name = newest_name(path)};
  if (is_of_tile(file.name)) {
    file.of = DebugFile::Of::tile;
    file.unit = card.gts[*gt].tile;
  }
  return file;
}

/// xe 6.19 and later: "sriov/NAME", "sriov/vf3/NAME", "sriov/vf3/tile0/[gt1/]NAME".
std::optional<DebugFile> newer_file_at(const Card& card, std::string_view path) {
  if (next_component(path) != "sriov") {
    return std::nullopt;
  }
  DebugFile file;
  std::string_view name = next_component(path);
  if (!path.empty()) {
    const auto function = function_named(name, card.total);
    if (!function) {
      return std::nullopt;
    }
    file.of = DebugFile::Of::function;
    file.function = *function;
    name = next_component(path);
  }
  if (!path.empty()) {
    const auto tile = numbered(name, "tile", card.tiles);
    if (!tile) {
      return std::nullopt;
    }
    file.of = DebugFile::Of::tile;
    file.unit = *tile;
    name = next_component(path);
  }
  if (!path.empty()) {
    const auto gt = numbered(name, "gt", card.gts.size());
    if (!gt) {
      return std::nullopt;
    }
    file.of = DebugFile::Of::gt;
    file.unit = *gt;
    name = next_component(path);
  }
  file.name = std::string(name);
  return path.empty() ? std::optional(file) : std::nullopt;
}

}  // namespace

bool is_of_tile(std::string_view name) {
  return name.starts_with("ggtt_") || name.starts_with("vram_");
}

std::string function_name(std::uint32_t function) {
  return function == 0 ? std::string("pf") : fmt::format("vf{}", function);
}

std::string debug_root(const PciAddress& pf) {
  return "dri/" + vfmgr::to_string(pf);
}

std::string debug_gt(const Card& card, std::uint32_t function, const Gt& gt) {
  const std::string root = debug_root(card.pf);
  const std::string who = function_name(function);
  if (card.release >= kModes) {
    return fmt::format("{}/sriov/{}/tile{}/gt{}", root, who, gt.tile, gt.index);
  }
  if (card.release >= kTileDirectories) {
    return fmt::format("{}/tile{}/gt{}/{}", root, gt.tile, gt.index, who);
  }
  return fmt::format("{}/gt{}/{}", root, gt.index, who);
}

std::string debug_tile(const Card& card, std::uint32_t function, std::uint32_t tile) {
  const auto main = std::ranges::find(card.gts, tile, &Gt::tile);
  const std::string gt = debug_gt(card, function, *main);
  return card.release >= kModes ? gt.substr(0, gt.rfind('/')) : gt;
}

std::string debug_path(const Card& card, const Item& item) {
  if (!is_of_tile(item.name)) {
    return fmt::format("{}/{}", debug_gt(card, item.function, card.gts.at(item.unit)), item.name);
  }
  const std::string directory = debug_tile(card, item.function, item.unit);
  const bool older = card.release < kModes && item.name.starts_with("vram_");
  return older ? fmt::format("{}/lmem_{}", directory, item.name.substr(5))
               : fmt::format("{}/{}", directory, item.name);
}

std::string admin_path(const Machine& machine,
                       const PciAddress& pf,
                       std::uint32_t function,
                       std::string_view name) {
  return machine.path_in(pf,
                         fmt::format("{}/{}/profile/{}", kAdmin, function_name(function), name));
}

AdminFile admin_file_at(std::string_view path) {
  AdminFile file;
  if (next_component(path) != kAdmin) {
    return file;
  }
  const std::string_view who = next_component(path);
  const std::string_view what = next_component(path);
  if (who == ".bulk_profile") {
    return {.known = path.empty(), .bulk = true, .function = 0, .name = what};
  }
  const auto function = function_named(who, 0xFFFF);
  if (!function) {
    return file;
  }
  file.function = *function;
  file.known = what == "profile" || (what == "stop" && path.empty());
  file.name = what == "profile" ? path : what;
  return file;
}

std::optional<DebugFile> debug_file_at(const Card& card, std::string_view path) {
  return card.release >= kModes ? newer_file_at(card, path) : older_file_at(card, path);
}

}  // namespace vfmgr::sim::xe
