// SPDX-License-Identifier: Apache-2.0
#include "core/profile_text.hpp"

#include "vfmgr/profile.hpp"
#include "vfmgr/result.hpp"

#include "core/json_tree.hpp"
#include "core/nearest.hpp"
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
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

using Kind = TreeNode::Kind;

constexpr std::int64_t kSchema = 1;
constexpr std::array<std::string_view, 1> kSchemaKey{"schema"};

/// Whose text it is: named resources have their place in profiles, and installed ones apart.
enum class Source : std::uint8_t { profile, installed };

void read_unlisted(const Reading& reading, const TreeNode& node, ProfileModel& model) {
  if (node.kind == Kind::text && node.text == "teardown") {
    model.unlisted_teardown = reading.source.spot(node.at);
    return;
  }
  constexpr std::array<std::string_view, 1> kWords{"teardown"};
  const bool meant = node.kind == Kind::text && nearest(node.text, kWords).has_value();
  reading.fault(node,
                "unlisted",
                "not a word for GPUs that no table matches",
                meant ? R"(did you mean "teardown"?)"
                      : R"(write "teardown", or leave the key out: then they are left alone)");
}

void read_resources(const Reading& reading, TreeNode& node, Source from, ProfileModel& model) {
  const std::string_view how =
      from == Source::profile ? "write [resources.NAME]" : R"(write [resources."FOLDER/NAME"])";
  if (!is_table(reading, "resources", node, how)) {
    return;
  }
  // Each is let go of once it is read.
  for (TreeEntry& named : node.table.take()) {
    if (reading.done()) {
      break;
    }
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
    named.value = TreeNode();
  }
}

void read_top_key(const Reading& reading, TreeEntry& entry, ProfileModel& model) {
  if (entry.again && entry.key != "gpu") {
    return;  // what is wrong with such a list was told at its first part
  }
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
  } else {
    unknown_key(reading, entry, top_keys());
  }
}

void read_installed_key(const Reading& reading, TreeEntry& entry, ProfileModel& model) {
  constexpr std::array<std::string_view, 2> kKeys{"schema", "resources"};
  if (entry.key == "resources") {
    read_resources(reading, entry.value, Source::installed, model);
  } else if (!entry.again) {
    unknown_key(reading, entry, kKeys);
  }
}

/// Whether the rest of the file can be taken for what this version knows.
bool read_schema(const Reading& reading, const TreeNode& value) {
  if (value.kind == Kind::integer && value.integer == kSchema) {
    return true;
  }
  reading.fault(value,
                "schema",
                value.kind == Kind::integer ? "not a schema that this version reads"
                                            : "not a schema's number",
                value.kind == Kind::integer ? "it reads schema 1; a newer program may read this one"
                                            : "it is the number 1");
  return value.kind != Kind::integer;
}

/// No TOML begins with a brace, and every JSON of a table does.
bool is_json(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{';
}

ParsedProfile unread(std::vector<Error> faults) {
  ParsedProfile parsed{.model = {}, .faults = std::move(faults)};
  parsed.model.whole = false;
  return parsed;
}

/// What one text says; of one that can't be read, or is of another schema, only that.
ParsedProfile read_text(const ProfileText& given, Source from) {
  const SourceText source(given.file, given.text);
  if (auto bytes = no_text(source)) {
    return unread({std::move(*bytes)});
  }
  ParsedProfile parsed;
  const bool json = is_json(source.text());
  const Reading reading{.source = source, .faults = parsed.faults, .json = json};
  std::vector<Error> of_schema;
  bool has_schema = false;
  bool is_known = true;
  const auto take = [&](TreeEntry& entry) {
    if (entry.key == "schema") {
      has_schema = true;
      is_known = read_schema({.source = source, .faults = of_schema}, entry.value);
    } else if (reading.done()) {
      return;
    } else if (from == Source::profile) {
      // One that is misspelt is told of by itself.
      has_schema = has_schema || nearest(entry.key, kSchemaKey).has_value();
      read_top_key(reading, entry, parsed.model);
    } else {
      read_installed_key(reading, entry, parsed.model);
    }
  };
  auto read = json ? read_json(source, take) : read_toml(source, take);
  if (!read) {
    return unread({std::move(read.error())});
  }
  if (!is_known) {
    return unread(std::move(of_schema));
  }
  if (!has_schema) {
    of_schema.push_back({.kind = ErrorKind::invalid,
                         .subject = "schema",
                         .why = "missing",
                         .help = json ? R"(add "schema": 1)" : "begin the file with: schema = 1",
                         .spot = source.spot({})});
  }
  std::ranges::move(of_schema, std::back_inserter(parsed.faults));
  return parsed;
}

void lay_later(Settings&& settings, Settings& below) {
  for (auto& [key, given] : settings) {
    below.insert_or_assign(key, std::move(given));
  }
}

/// Adds a text to those before it: tables of GPUs add up, the rest of a later one wins key by key.
void add_text(ParsedProfile&& text, ParsedProfile& whole) {
  std::ranges::move(text.faults, std::back_inserter(whole.faults));
  lay_later(std::move(text.model.defaults), whole.model.defaults);
  for (auto& [name, settings] : text.model.resources) {
    lay_later(std::move(settings), whole.model.resources[name]);
  }
  if (whole.model.gpus.empty()) {
    whole.model.gpus = std::move(text.model.gpus);
  } else {
    std::ranges::move(text.model.gpus, std::back_inserter(whole.model.gpus));
  }
  whole.model.whole = whole.model.whole && text.model.whole;
  if (text.model.unlisted_teardown) {
    whole.model.unlisted_teardown = std::move(text.model.unlisted_teardown);
  }
}

}  // namespace

bool is_installed_name(std::string_view name) {
  return name.find('/') != std::string_view::npos;
}

ParsedProfile parse_installed(const std::vector<ProfileText>& installed) {
  ParsedProfile parsed;
  for (const ProfileText& text : installed) {
    add_text(read_text(text, Source::installed), parsed);
  }
  return parsed;
}

ParsedProfile parse_profile(const std::vector<ProfileText>& texts,
                            const std::vector<ProfileText>& installed) {
  ParsedProfile parsed;
  for (const ProfileText& text : texts) {
    add_text(read_text(text, Source::profile), parsed);
  }
  const bool named = std::ranges::any_of(parsed.model.gpus, [](const GpuTable& gpu) {
    return gpu.resources && is_installed_name(gpu.resources->value);
  });
  if (named) {
    add_text(parse_installed(installed), parsed);
  }
  return parsed;
}

}  // namespace vfmgr
