// SPDX-License-Identifier: Apache-2.0
// The JSON Schema of a profile, made from the tables that the parser reads by.
#include "vfmgr/profile.hpp"

#include "core/attributes.hpp"
#include "core/profile_ids.hpp"
#include "core/profile_keys.hpp"
#include "core/profile_match.hpp"
#include "core/profile_model.hpp"
#include "core/profile_schema_values.hpp"

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr {

using Schema = nlohmann::ordered_json;

namespace {

// profile_match.cpp: an id has 16 bits and a class code 24, also where zeros stand before it.
constexpr std::string_view kIdForm = "^0x0{0,4}[0-9a-fA-F]{1,4}$";
constexpr std::string_view kIdPairForm = "^[0-9a-fA-F]{4}:[0-9a-fA-F]{4}$";
constexpr std::string_view kClassForm = "^0x0{0,2}[0-9a-fA-F]{1,6}$";
constexpr std::uint64_t kMost16 = std::numeric_limits<std::uint16_t>::max();
constexpr std::uint64_t kMost24 = 0xffffff;
constexpr std::uint64_t kMost32 = std::numeric_limits<std::uint32_t>::max();
// core/address.cpp; else a glob of one, which has at least one of *, ? and [.
constexpr std::string_view kAddressForm =
    R"(^([0-9a-fA-F]{1,8}:)?[0-9a-fA-F]{2}:[01][0-9a-fA-F]\.[0-7]$)"
    R"(|^[-0-9a-fA-F:.*?\[\]!^]*[*?\[][-0-9a-fA-F:.*?\[\]!^]*$)";
constexpr std::string_view kExpectForm = R"(^[0-9]+$|^[0-9]+\.\.[0-9]*$|^\.\.[0-9]+$)";
constexpr std::string_view kIndexForm = "^[0-9]+(-[0-9]+)?$";

Schema described(std::string_view description, const Schema& schema) {
  Schema whole{{"description", description}};
  whole.update(schema);
  return whole;
}

Schema flag_schema() {
  return {{"type", "boolean"}};
}

/// One of a thing, or a list of at least one.
Schema one_or_more(const Schema& one) {
  return schema_of_any({one, {{"type", "array"}, {"items", one}, {"minItems", 1}}});
}

/// `^([aA][bB]|…)$`: schemas know no letters of either case.
std::string in_any_case(std::span<const std::string_view> words) {
  std::string pattern;
  for (const std::string_view word : words) {
    pattern += pattern.empty() ? "^(" : "|";
    for (const char letter : word) {
      pattern += {'[', letter, static_cast<char>(letter - 'a' + 'A'), ']'};
    }
  }
  return pattern + ")$";
}

Schema id_schema() {
  return schema_of_any({schema_of_pattern(kIdForm), schema_of_integer(0, kMost16)});
}

Schema ids_schema() {
  return schema_of_any(
      {schema_of_pattern(kIdForm), schema_of_pattern(kIdPairForm), schema_of_integer(0, kMost16)});
}

Schema vendor_schema() {
  const auto names = vendor_names();
  return schema_of_any({{{"enum", names}}, schema_of_pattern(in_any_case(names)), id_schema()});
}

/// The schemas of the keys of `match`, by name.
Schema match_schemas() {
  return {
      {"address",
       described(R"(PCI address, as "0000:03:00.0" or "03:00.0", or a glob of such)",
                 schema_of_pattern(kAddressForm))},
      {"vendor", described("the vendor's name, or its 16-bit id", vendor_schema())},
      {"device", described(R"(16-bit id, or vendor and device as "8086:e211")", ids_schema())},
      {"subsystem", described(R"(16-bit id, or vendor and device as "8086:0000")", ids_schema())},
      {"class",
       described(R"(class code, as "0x0302", or "any"; left out: GPUs and accelerators)",
                 schema_of_any({{{"const", "any"}},
                                schema_of_pattern(kClassForm),
                                schema_of_integer(0, kMost24)}))},
      {"model",
       described("glob over the model's name; small and large letters are one", schema_of_text())},
      {"driver", described("the driver that the GPU is bound to", schema_of_text())},
      {"backend",
       described("the management interface in use; `vgpuctl show` tells it",
                 {{"enum", backend_names()}})},
      {"slot", described("name of the physical slot", schema_of_text())},
      {"serial", described("serial number of the card", schema_of_text())},
      {"uuid", described("UUID that the driver gives the GPU", schema_of_text())},
      {"numa_node", described("NUMA node", schema_of_integer(0, std::numeric_limits<int>::max()))},
      {"nth",
       described("position among the GPUs that match the other keys, in address order, from 0",
                 schema_of_integer(0, kMost32))}};
}

/// A table with these keys and no others.
Schema closed_table(Schema properties) {
  return {
      {"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
}

/// Keys in the order of the list by which the parser knows them. One that has no schema here stands
/// as null, which no schema is: a test looks for it.
Schema in_order(std::span<const std::string_view> keys, const Schema& schemas) {
  Schema properties = Schema::object();
  for (const std::string_view key : keys) {
    const auto found = schemas.find(std::string(key));
    properties[std::string(key)] = found == schemas.end() ? Schema() : *found;
  }
  return properties;
}

void add_attributes(AttributeTable table, Schema& properties) {
  for (const AttributeRow& row : kAttributes) {
    if (!may_stand_in(row, table)) {
      continue;
    }
    properties[std::string(row.name)] = schema_of_attribute(row, table);
    if (!row.alias.empty()) {
      Schema& other = properties[std::string(row.alias)] = properties[std::string(row.name)];
      other["description"] = "another name for '" + std::string(row.name) + "'";
    }
  }
}

Schema attributes_alone(AttributeTable table) {
  Schema properties = Schema::object();
  add_attributes(table, properties);
  return closed_table(std::move(properties));
}

Schema match_table() {
  Schema table = closed_table(in_order(match_keys(), match_schemas()));
  table["minProperties"] = 1;
  return table;
}

Schema some_vfs_table() {
  const Schema index =
      schema_of_any({schema_of_integer(0, kMostVfs - 1), schema_of_pattern(kIndexForm)});
  Schema properties = in_order(
      vf_keys(),
      {{"index",
        described(R"(which VFs, from 0: 3, "0-3" or a list of such)", one_or_more(index))}});
  add_attributes(AttributeTable::some_vfs, properties);
  Schema table = closed_table(std::move(properties));
  table["required"] = vf_keys();
  return table;
}

Schema gpu_table() {
  const Schema expected =
      schema_of_any({schema_of_integer(0, kMost32), schema_of_pattern(kExpectForm)});
  const Schema count = schema_of_any({schema_of_integer(0, kMostVfs), {{"const", "max"}}});
  Schema properties = in_order(
      gpu_keys(),
      {{"match", described("which GPUs: all keys must hold", {{"$ref", "#/$defs/match"}})},
       {"expect",
        described(R"(how many GPUs must match: 8, "1..", "2..4" or a list like [0, 8])",
                  one_or_more(expected))},
       {"optional", described("whether none may match, too", flag_schema())},
       {"overrides", described("a layer over the earlier table of the same GPU", flag_schema())},
       {"replaces", described("the earlier table of the same GPU does not count", flag_schema())},
       {"adopt", described("VFs that others made may be changed and removed", flag_schema())},
       {"vfs", described(R"(how many VFs, or "max"; left out: as many as there are)", count)},
       {"resources",
        described(R"(name of a [resources.NAME], or with a slash of installed ones)",
                  schema_of_text())},
       {"pf", described("the GPU's own attributes", {{"$ref", "#/$defs/pf"}})},
       {"vf",
        described("for some VFs, above what is for all of them",
                  {{"type", "array"}, {"items", {{"$ref", "#/$defs/some_vfs"}}}})}});
  add_attributes(AttributeTable::every_vf, properties);
  Schema table = closed_table(std::move(properties));
  table["required"] = Schema::array({"match"});
  return table;
}

Schema top_properties() {
  const Schema values{{"$ref", "#/$defs/every_vf"}};
  return in_order(
      top_keys(),
      {{"schema", described("version of this language", {{"const", 1}})},
       {"unlisted",
        described(R"("teardown": VFs that vgpuctl made on GPUs of no table are removed)",
                  {{"enum", {"teardown"}}})},
       {"defaults", described("for every VF; a GPU that lacks a key skips it", values)},
       {"resources",
        described("named resources of a VF, for 'resources' of a [[gpu]]",
                  {{"type", "object"},
                   {"propertyNames", {{"pattern", "^[^/]*$"}}},
                   {"additionalProperties", values}})},
       {"gpu",
        described("what GPUs shall be cut up into",
                  {{"type", "array"}, {"items", {{"$ref", "#/$defs/gpu"}}}})}});
}

}  // namespace

std::string profile_schema() {
  Schema schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                {"title", "vgpuctl profile"},
                {"description", "How the GPUs of a host are to be cut up: vgpuctl-profile(5)."},
                {"$comment",
                 "What keys mean to each other, and whether they fit a host, is not told here: "
                 "`vgpuctl plan` tells."}};
  schema.update(closed_table(top_properties()));
  schema["required"] = Schema::array({"schema"});
  Schema defs{{"gpu", gpu_table()},
              {"match", match_table()},
              {"every_vf", attributes_alone(AttributeTable::every_vf)},
              {"some_vfs", some_vfs_table()},
              {"pf", attributes_alone(AttributeTable::pf)}};
  defs.update(shared_value_schemas());
  schema["$defs"] = std::move(defs);
  return schema.dump(2) + "\n";
}

}  // namespace vfmgr
