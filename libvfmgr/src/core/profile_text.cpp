// SPDX-License-Identifier: Apache-2.0
#include "core/profile_text.hpp"

#include "vfmgr/profile.hpp"
#include "vfmgr/result.hpp"

#include "core/json_tree.hpp"
#include "core/profile_gpu.hpp"
#include "core/profile_keys.hpp"
#include "core/profile_model.hpp"
#include "core/profile_values.hpp"
#include "core/settings.hpp"
#include "core/text_tree.hpp"
#include "core/toml_tree.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

using Kind = TreeNode::Kind;

constexpr std::int64_t kSchema = 1;

/// Whose text it is: named resources have their place in profiles, and installed ones apart.
enum class Source : std::uint8_t { profile, installed };

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

void read_resources(const Reading& reading,
                    const TreeNode& node,
                    Source from,
                    ProfileModel& model) {
  const std::string_view how =
      from == Source::profile ? "write [resources.NAME]" : R"(write [resources."FOLDER/NAME"])";
  if (!is_table(reading, "resources", node, how)) {
    return;
  }
  for (const TreeEntry& named : node.table) {
    if (is_installed_name(named.key) != (from == Source::installed)) {
      reading.faults.push_back(
          {.kind = ErrorKind::invalid,
           .subject = named.key,
           .why = from == Source::profile ? "names with a slash are those of installed resources"
                                          : "installed resources have a slash in their names",
           .help = from == Source::profile
                       ? "leave the slash out, or put it into a file of vgpuctl/resources.d"
                       : "put a folder's name before it, as in \"site/desktop\"",
           .spot = reading.source.spot(named.at)});
    } else if (is_table(reading, named.key, named.value, how)) {
      read_settings(reading, named.value, Layer::resources, model.resources[named.key]);
    }
  }
}

void read_top_key(const Reading& reading, const TreeEntry& entry, ProfileModel& model) {
  if (entry.key == "defaults") {
    if (is_table(reading, "defaults", entry.value, "write [defaults]")) {
      read_settings(reading, entry.value, Layer::defaults, model.defaults);
    }
  } else if (entry.key == "resources") {
    read_resources(reading, entry.value, Source::profile, model);
  } else if (entry.key == "gpu") {
    for (const TreeNode* const table :
         tables_of(reading, entry, "write [[gpu]], with two brackets")) {
      model.gpus.push_back(read_gpu(reading, *table));
    }
  } else if (entry.key == "unlisted") {
    read_unlisted(reading, entry.value, model);
  } else if (entry.key != "schema") {
    unknown_key(reading, entry, top_keys());
  }
}

void read_installed_key(const Reading& reading, const TreeEntry& entry, ProfileModel& model) {
  constexpr std::array<std::string_view, 2> kKeys{"schema", "resources"};
  if (entry.key == "resources") {
    read_resources(reading, entry.value, Source::installed, model);
  } else if (entry.key != "schema") {
    unknown_key(reading, entry, kKeys);
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

/// No TOML begins with a brace, and every JSON of a table does.
bool is_json(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{';
}

void read_text(const ProfileText& given, Source from, ParsedProfile& parsed) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  std::string_view text = given.text;
  if (text.starts_with(kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
  }
  const SourceText source(given.file, text);
  auto root = is_json(text) ? read_json(source, text) : read_toml(source, text);
  if (!root) {
    parsed.faults.push_back(std::move(root.error()));
    return;
  }
  const Reading reading{.source = source, .faults = parsed.faults};
  if (!read_schema(reading, *root)) {
    return;
  }
  for (const TreeEntry& entry : root->table) {
    if (from == Source::profile) {
      read_top_key(reading, entry, parsed.model);
    } else {
      read_installed_key(reading, entry, parsed.model);
    }
  }
}

}  // namespace

bool is_installed_name(std::string_view name) {
  return name.find('/') != std::string_view::npos;
}

ParsedProfile parse_installed(const std::vector<ProfileText>& installed) {
  ParsedProfile parsed;
  for (const ProfileText& text : installed) {
    read_text(text, Source::installed, parsed);
  }
  return parsed;
}

ParsedProfile parse_profile(const std::vector<ProfileText>& texts,
                            const std::vector<ProfileText>& installed) {
  ParsedProfile parsed;
  for (const ProfileText& text : texts) {
    read_text(text, Source::profile, parsed);
  }
  const bool named = std::ranges::any_of(parsed.model.gpus, [](const GpuTable& gpu) {
    return gpu.resources && is_installed_name(gpu.resources->value);
  });
  if (named) {
    for (const ProfileText& text : installed) {
      read_text(text, Source::installed, parsed);
    }
  }
  return parsed;
}

}  // namespace vfmgr
