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

#include <array>
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
  const auto meant = nearest(entry.key, known);
  reading.faults.push_back({.kind = ErrorKind::invalid,
                            .subject = entry.key,
                            .why = "unknown key",
                            .help = meant ? fmt::format("did you mean '{}'?", *meant)
                                          : fmt::format("known here: {}", fmt::join(known, ", ")),
                            .spot = reading.source.spot(entry.at)});
}

void unknown_beside_attributes(const Reading& reading,
                               const TreeEntry& entry,
                               std::span<const std::string_view> own) {
  std::vector<std::string_view> known(own.begin(), own.end());
  for (const AttributeRow& row : kAttributes) {
    known.push_back(row.name);
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
    if (!take_setting(reading, entry, layer, settings)) {
      unknown_beside_attributes(reading, entry, {});
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
                std::string(how));
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
                              .help = std::string(how),
                              .spot = reading.source.spot(entry.at)});
    return tables;
  }
  for (const TreeNode& item : entry.value.list) {
    if (is_table(reading, entry.key, item, how)) {
      tables.push_back(&item);
    }
  }
  return tables;
}

}  // namespace vfmgr
