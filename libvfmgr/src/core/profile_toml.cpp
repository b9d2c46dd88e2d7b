// SPDX-License-Identifier: Apache-2.0
#include "core/profile_toml.hpp"

#include "vfmgr/profile.hpp"
#include "vfmgr/result.hpp"

#include "core/attributes.hpp"
#include "core/profile_match.hpp"
#include "core/profile_model.hpp"
#include "core/profile_values.hpp"
#include "core/settings.hpp"
#include "core/text_tree.hpp"
#include "core/toml_tree.hpp"

#include <fmt/format.h>

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

constexpr std::int64_t kSchema = 1;

constexpr std::array<std::string_view, 5> kTopKeys{
    "schema", "unlisted", "defaults", "resources", "gpu"};
constexpr std::array<std::string_view, 8> kGpuKeys{
    "match", "expect", "optional", "adopt", "vfs", "resources", "pf", "vf"};
constexpr std::array<std::string_view, 2> kGpuLater{"overrides", "replaces"};
// Attributes of the profile language that no backend of this version has.
constexpr std::array<std::string_view, 10> kAttributesLater{"ggtt",
                                                            "contexts",
                                                            "doorbells",
                                                            "priority",
                                                            "requires",
                                                            "driver",
                                                            "reserve_vram",
                                                            "compute_partition",
                                                            "accelerator_partition",
                                                            "memory_partition"};

/// The keys that a table may have: its own and the attributes.
struct Keys {
  std::vector<std::string_view> known, later;
};

Keys keys_with_attributes(std::span<const std::string_view> own,
                          std::span<const std::string_view> own_later) {
  Keys keys{.known = {own.begin(), own.end()}, .later = {own_later.begin(), own_later.end()}};
  for (const AttributeRow& row : kAttributes) {
    keys.known.push_back(row.name);
  }
  keys.later.insert(keys.later.end(), kAttributesLater.begin(), kAttributesLater.end());
  return keys;
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

/// The tables of an [[array of tables]]; those that are none are faults.
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

/// Takes an entry that is an attribute; false: it is none.
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

/// A table of attributes and nothing else.
void read_settings(const Reading& reading, const TreeNode& table, Layer layer, Settings& settings) {
  const Keys keys = keys_with_attributes({}, {});
  for (const TreeEntry& entry : table.table) {
    if (!take_setting(reading, entry, layer, settings)) {
      unknown_key(reading, entry, keys.known, keys.later);
    }
  }
}

VfTable read_vf_table(const Reading& reading, const TreeNode& node) {
  constexpr std::array<std::string_view, 1> kOwn{"index"};
  const Keys keys = keys_with_attributes(kOwn, {});
  VfTable table;
  table.where = reading.source.spot(node.at);
  for (const TreeEntry& entry : node.table) {
    if (entry.key == "index") {
      table.index = read_index(reading, entry.value);
    } else if (!take_setting(reading, entry, Layer::vf, table.settings)) {
      unknown_key(reading, entry, keys.known, keys.later);
    }
  }
  if (find_entry(node, "index") == nullptr) {
    reading.faults.push_back({.kind = ErrorKind::invalid,
                              .subject = "index",
                              .why = "missing: which VFs is this for?",
                              .help = "write index = 0, \"0-3\" or a list of such",
                              .spot = table.where});
  }
  return table;
}

void read_vfs(const Reading& reading, const TreeNode& node, GpuTable& gpu) {
  const Spot where = reading.source.spot(node.at);
  if (node.kind == Kind::text) {
    if (node.text == "max") {
      gpu.vfs_max = where;
      return;
    }
    reading.fault(node, "vfs", "not a number of VFs", R"(write an integer or "max")");
    return;
  }
  if (const auto number = read_number(reading, "vfs", node, 0, kMostVfs)) {
    gpu.vfs = {.value = static_cast<std::uint32_t>(*number), .where = where};
  }
}

void read_resources_name(const Reading& reading, const TreeNode& node, GpuTable& gpu) {
  auto name = read_text(reading, "resources", node);
  if (!name) {
    return;
  }
  const Spot where = reading.source.spot(node.at);
  if (name->find('/') != std::string::npos) {
    reading.faults.push_back({.kind = ErrorKind::unsupported,
                              .subject = "resources",
                              .value = *name,
                              .why = "installed resources are not supported by this version",
                              .help = "name a [resources.NAME] of the profile's own files",
                              .spot = where});
    return;
  }
  gpu.resources = {.value = std::move(*name), .where = where};
}

void read_gpu_key(const Reading& reading, const TreeEntry& entry, const Keys& keys, GpuTable& gpu) {
  if (entry.key == "match") {
    gpu.match = read_match(reading, entry);
  } else if (entry.key == "expect") {
    gpu.expect = read_expect(reading, entry.value);
  } else if (entry.key == "optional") {
    gpu.optional = read_flag(reading, "optional", entry.value).value_or(false);
  } else if (entry.key == "adopt") {
    gpu.adopt = read_flag(reading, "adopt", entry.value).value_or(false);
  } else if (entry.key == "vfs") {
    read_vfs(reading, entry.value, gpu);
  } else if (entry.key == "resources") {
    read_resources_name(reading, entry.value, gpu);
  } else if (entry.key == "pf") {
    if (is_table(reading, "pf", entry.value, "write [gpu.pf]")) {
      read_settings(reading, entry.value, Layer::pf, gpu.pf);
    }
  } else if (entry.key == "vf") {
    for (const TreeNode* const table : tables_of(reading, entry, "write [[gpu.vf]]")) {
      gpu.vf.push_back(read_vf_table(reading, *table));
    }
  } else if (!take_setting(reading, entry, Layer::gpu, gpu.settings)) {
    unknown_key(reading, entry, keys.known, keys.later);
  }
}

GpuTable read_gpu(const Reading& reading, const TreeNode& node) {
  const Keys keys = keys_with_attributes(kGpuKeys, kGpuLater);
  GpuTable gpu;
  gpu.where = reading.source.spot(node.at);
  gpu.match.where = gpu.where;
  for (const TreeEntry& entry : node.table) {
    read_gpu_key(reading, entry, keys, gpu);
  }
  if (find_entry(node, "match") == nullptr) {
    reading.faults.push_back({.kind = ErrorKind::invalid,
                              .subject = "match",
                              .why = "missing: which GPUs is this for?",
                              .help = R"(write match = { address = "0000:03:00.0" })",
                              .spot = gpu.where});
  }
  return gpu;
}

void read_unlisted(const Reading& reading, const TreeNode& node, ProfileModel& model) {
  if (node.kind == Kind::text && node.text == "teardown") {
    model.unlisted_teardown = reading.source.spot(node.at);
    return;
  }
  reading.fault(node,
                "unlisted",
                "not a word for GPUs that no table matches",
                R"(write "teardown", or leave the key out: then they are left alone)");
}

void read_top_key(const Reading& reading, const TreeEntry& entry, ProfileModel& model) {
  if (entry.key == "defaults") {
    if (is_table(reading, "defaults", entry.value, "write [defaults]")) {
      read_settings(reading, entry.value, Layer::defaults, model.defaults);
    }
  } else if (entry.key == "resources") {
    if (!is_table(reading, "resources", entry.value, "write [resources.NAME]")) {
      return;
    }
    for (const TreeEntry& named : entry.value.table) {
      if (is_table(reading, named.key, named.value, "write [resources.NAME]")) {
        read_settings(reading, named.value, Layer::resources, model.resources[named.key]);
      }
    }
  } else if (entry.key == "gpu") {
    for (const TreeNode* const table :
         tables_of(reading, entry, "write [[gpu]], with two brackets")) {
      model.gpus.push_back(read_gpu(reading, *table));
    }
  } else if (entry.key == "unlisted") {
    read_unlisted(reading, entry.value, model);
  } else if (entry.key != "schema") {
    unknown_key(reading, entry, kTopKeys, {});
  }
}

/// Whether the rest of the file can be taken for what this version knows.
bool read_schema(const Reading& reading, const TreeNode& root) {
  const TreeEntry* const schema = find_entry(root, "schema");
  if (schema == nullptr) {
    reading.faults.push_back({.kind = ErrorKind::invalid,
                              .subject = "schema",
                              .why = "missing",
                              .help = "begin the file with: schema = 1",
                              .spot = reading.source.spot({})});
    return true;
  }
  if (schema->value.kind == Kind::integer && schema->value.integer == kSchema) {
    return true;
  }
  reading.fault(schema->value,
                "schema",
                schema->value.kind == Kind::integer ? "not a schema that this version reads"
                                                    : "not a schema's number",
                "write schema = 1");
  return schema->value.kind != Kind::integer;
}

}  // namespace

ParsedProfile parse_profile(const std::vector<ProfileText>& texts) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  ParsedProfile parsed;
  for (const ProfileText& given : texts) {
    std::string_view text = given.text;
    if (text.starts_with(kByteOrderMark)) {
      text.remove_prefix(kByteOrderMark.size());
    }
    const SourceText source(given.file, text);
    auto root = read_toml(source, text);
    if (!root) {
      parsed.faults.push_back(std::move(root.error()));
      continue;
    }
    const Reading reading{.source = source, .faults = parsed.faults};
    if (!read_schema(reading, *root)) {
      continue;
    }
    for (const TreeEntry& entry : root->table) {
      read_top_key(reading, entry, parsed.model);
    }
  }
  return parsed;
}

}  // namespace vfmgr
