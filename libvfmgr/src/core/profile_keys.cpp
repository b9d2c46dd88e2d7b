// SPDX-License-Identifier: Apache-2.0
#include "core/profile_keys.hpp"

#include "vfmgr/result.hpp"

#include "core/attributes.hpp"
#include "core/nearest.hpp"
#include "core/profile_values.hpp"
#include "core/settings.hpp"
#include "core/text_tree.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

using Kind = TreeNode::Kind;

constexpr std::array<std::string_view, 5> kTopKeys{
    "schema", "unlisted", "defaults", "resources", "gpu"};
constexpr std::array<std::string_view, 10> kGpuKeys{"match",
                                                    "expect",
                                                    "optional",
                                                    "overrides",
                                                    "replaces",
                                                    "adopt",
                                                    "vfs",
                                                    "resources",
                                                    "pf",
                                                    "vf"};
constexpr std::array<std::string_view, 1> kVfKeys{"index"};
constexpr std::array<std::string_view, 13> kMatchKeys{"address",
                                                      "vendor",
                                                      "device",
                                                      "subsystem",
                                                      "class",
                                                      "model",
                                                      "driver",
                                                      "backend",
                                                      "slot",
                                                      "serial",
                                                      "uuid",
                                                      "numa_node",
                                                      "nth"};

/// What other tools, and the files of the kernel and of drivers, call what a key of ours is for.
struct OtherKey {
  std::string_view name, ours;
};
constexpr std::array kOtherKeys{OtherKey{"numvfs", "vfs"},
                                OtherKey{"vf_count", "vfs"},
                                OtherKey{"count", "vfs"},
                                OtherKey{"memory", "vram"},
                                OtherKey{"framebuffer", "vram"},
                                OtherKey{"fb", "vram"},
                                OtherKey{"lmem_quota", "vram"},
                                OtherKey{"vram_quota", "vram"},
                                OtherKey{"timeslice", "exec_quantum"},
                                OtherKey{"time_slice", "exec_quantum"},
                                OtherKey{"profile", "vgpu_type"},
                                OtherKey{"type", "vgpu_type"},
                                OtherKey{"mdev_type", "vgpu_type"},
                                OtherKey{"pci", "address"},
                                OtherKey{"bdf", "address"},
                                OtherKey{"name", "model"}};

/// The table that a key belongs to which is known in another one; empty: it is known in none.
std::string home_of(const Reading& reading, std::string_view key) {
  const auto is_in = [key](std::span<const std::string_view> keys) {
    return std::ranges::find(keys, key) != keys.end();
  };
  const AttributeRow* const row = find_attribute(key);
  if (row != nullptr && (row->scope & kScopeVf) == 0) {
    return reading.how("it stands in [gpu.pf]", "it stands in \"pf\" of a GPU");
  }
  if (row != nullptr) {
    return reading.how("it stands in [[gpu]], [[gpu.vf]], [resources.NAME] or [defaults]",
                       "it stands in an object of \"gpu\", \"vf\", \"resources\" or \"defaults\"");
  }
  if (is_in(kGpuKeys)) {
    return reading.how("it stands in [[gpu]]", "it stands in an object of \"gpu\"");
  }
  if (is_in(kVfKeys)) {
    return reading.how("it stands in [[gpu.vf]]", "it stands in an object of \"vf\"");
  }
  return is_in(kTopKeys)     ? "it stands at the top of the file, in no table"
         : is_in(kMatchKeys) ? "it stands in match"
                             : "";
}

std::string help_for_key(const Reading& reading,
                         std::string_view key,
                         std::span<const std::string_view> known) {
  if (std::string home = home_of(reading, key); !home.empty()) {
    return home;
  }
  // "numvfs" is meant by a longer name that ends so, too.
  const auto other = std::ranges::find_if(kOtherKeys, [key](const OtherKey& one) {
    return key == one.name || key.ends_with(fmt::format("_{}", one.name));
  });
  const bool called_so =
      other != kOtherKeys.end() && std::ranges::find(known, other->ours) != known.end();
  const auto meant = called_so ? std::optional(other->ours) : nearest(key, known);
  return meant ? fmt::format("did you mean '{}'?", *meant)
               : fmt::format("known here: {}", fmt::join(known, ", "));
}

}  // namespace

std::span<const std::string_view> top_keys() {
  return kTopKeys;
}
std::span<const std::string_view> gpu_keys() {
  return kGpuKeys;
}
std::span<const std::string_view> vf_keys() {
  return kVfKeys;
}
std::span<const std::string_view> match_keys() {
  return kMatchKeys;
}

void unknown_key(const Reading& reading,
                 const TreeEntry& entry,
                 std::span<const std::string_view> known) {
  reading.faults.push_back({.kind = ErrorKind::invalid,
                            .subject = entry.key.empty() ? "\"\"" : entry.key,
                            .why = "unknown key",
                            .help = help_for_key(reading, entry.key, known),
                            .spot = reading.source.spot(entry.at)});
}

void unknown_beside_attributes(const Reading& reading,
                               const TreeEntry& entry,
                               std::span<const std::string_view> own,
                               std::uint8_t scope) {
  std::vector<std::string_view> known(own.begin(), own.end());
  for (const AttributeRow& row : kAttributes) {
    if ((row.scope & scope) != 0) {
      known.push_back(row.name);
    }
  }
  unknown_key(reading, entry, known);
}

bool take_setting(const Reading& reading, const TreeEntry& entry, Layer layer, Settings& settings) {
  const AttributeRow* const row = find_attribute(entry.key);
  if (row == nullptr) {
    return false;
  }
  if (auto value = read_setting(reading, *row, entry.value)) {
    settings[row->key] = {
        .value = std::move(*value), .where = reading.source.spot(entry.value.at), .layer = layer};
  }
  return true;
}

void read_settings(const Reading& reading, const TreeNode& table, Layer layer, Settings& settings) {
  for (const TreeEntry& entry : table.table) {
    if (reading.done()) {
      break;
    }
    if (!take_setting(reading, entry, layer, settings)) {
      unknown_beside_attributes(reading, entry, {}, layer == Layer::pf ? kScopePf : kScopeVf);
    }
  }
}

bool is_table(const Reading& reading,
              std::string_view subject,
              const TreeNode& node,
              std::string_view how) {
  if (node.kind == Kind::table) {
    return true;
  }
  reading.fault(node,
                subject,
                fmt::format("{} where a table belongs", kind_word(node.kind)),
                reading.how(how, "write an object: { … }"));
  return false;
}

std::vector<const TreeNode*> tables_of(const Reading& reading,
                                       const TreeEntry& entry,
                                       std::string_view how) {
  std::vector<const TreeNode*> tables;
  if (entry.value.kind != Kind::list) {
    reading.faults.push_back({.kind = ErrorKind::invalid,
                              .subject = entry.key,
                              .why = "not a list of tables",
                              .help = reading.how(how, "write a list of objects: [ { … } ]"),
                              .spot = reading.source.spot(entry.at)});
    return tables;
  }
  for (const TreeNode& item : entry.value.list) {
    if (reading.done()) {
      break;
    }
    if (is_table(reading, entry.key, item, how)) {
      tables.push_back(&item);
    }
  }
  return tables;
}

}  // namespace vfmgr
