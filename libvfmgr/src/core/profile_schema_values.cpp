// SPDX-License-Identifier: Apache-2.0
#include "core/profile_schema_values.hpp"

#include "core/attributes.hpp"
#include "core/words.hpp"

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr {

using Schema = nlohmann::ordered_json;

namespace {

// What core/units.cpp reads. A fraction must give whole units: of times and decimal sizes that is a
// number of digits; of binary sizes no pattern tells, and the parser does.
constexpr std::string_view kSizeForm = R"(^[0-9]+(\.0+)? *B?$|^[0-9]+(\.[0-9]+)? *[KMGT]i?B$)";
constexpr std::string_view kDurationForm =
    R"(^infinite$|^[0-9]+(\.0+)? *us$|^[0-9]+(\.[0-9]{1,3}0*)? *ms$|^[0-9]+(\.[0-9]{1,6}0*)? *s$)";
// profile_values.cpp:is_driver_name
constexpr std::string_view kDriverForm = "^[A-Za-z0-9_-]{1,63}$";
constexpr std::string_view kUuidForm =
    "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";
constexpr std::string_view kDriversOwn = "default";
constexpr std::uint64_t kMostInstances = 64;  // profile_values.cpp:read_counts
constexpr std::uint64_t kMostInteger = std::numeric_limits<std::int64_t>::max();
constexpr std::uint64_t kMostTypeId = std::numeric_limits<std::uint32_t>::max();

Schema drivers_own() {
  return {{"const", kDriversOwn}, {"description", "back to the driver's own choice"}};
}

Schema word_list(const AttributeRow& row, AttributeTable table) {
  Schema words = Schema::array();
  for (const std::string_view word : split(row.words, ' ')) {
    // profile_check.cpp:check_priority
    if (row.key != Key::priority || table == AttributeTable::pf || word != "high") {
      words.push_back(word);
    }
  }
  return words;
}

Schema driver_schema(const AttributeRow& row, AttributeTable table) {
  Schema name = schema_of_pattern(kDriverForm);
  name["not"] = {{"const", kDriversOwn}};
  return schema_of_any({{{"enum", word_list(row, table)}}, std::move(name)});
}

Schema layout_schema() {
  return schema_of_any(
      {{{"const", "off"}},
       {{"type", "array"}, {"items", schema_of_text()}},
       {{"type", "object"}, {"additionalProperties", schema_of_integer(1, kMostInstances)}},
       drivers_own()});
}

Schema shared_schema(std::string_view name) {
  return {{"$ref", "#/$defs/" + std::string(name)}};
}

Schema value_schema(const AttributeRow& row, AttributeTable table) {
  switch (row.type) {
    case Type::bytes:
      return shared_schema("size");
    case Type::duration:
      return shared_schema("duration");
    case Type::count:
      return shared_schema("count");
    case Type::boolean:
      return schema_of_any({{{"type", "boolean"}}, drivers_own()});
    case Type::name:
      return schema_of_any({schema_of_text(), schema_of_integer(0, kMostTypeId)});
    case Type::driver:
      return driver_schema(row, table);
    case Type::word:
      return schema_of_any({{{"enum", word_list(row, table)}}, drivers_own()});
    case Type::words:
      return schema_of_any({{{"type", "array"},
                             {"items", {{"enum", word_list(row, table)}}},
                             {"minItems", 1},
                             {"uniqueItems", true}},
                            drivers_own()});
    case Type::layout:
      return layout_schema();
    case Type::text:
      break;
  }
  return row.key == Key::uuid ? schema_of_any({schema_of_pattern(kUuidForm), drivers_own()})
                              : schema_of_text();
}

}  // namespace

Schema schema_of_integer(std::uint64_t least, std::uint64_t most) {
  return {{"type", "integer"}, {"minimum", least}, {"maximum", most}};
}

Schema schema_of_pattern(std::string_view pattern) {
  return {{"type", "string"}, {"pattern", pattern}};
}

Schema schema_of_text() {
  return {{"type", "string"}, {"minLength", 1}};
}

Schema schema_of_any(Schema::initializer_list_t parts) {
  return {{"anyOf", Schema::array(parts)}};
}

bool may_stand_in(const AttributeRow& row, AttributeTable table) {
  const std::uint8_t scope = table == AttributeTable::pf ? kScopePf : kScopeVf;
  if ((row.scope & scope) == 0) {
    return false;
  }
  // profile_check.cpp: a UUID is that of one VF, and what all VFs have alike stands where it is for
  // all of them.
  return row.key == Key::uuid   ? table == AttributeTable::some_vfs
         : row.is(kAllVfsAlike) ? table != AttributeTable::some_vfs
                                : true;
}

Schema schema_of_attribute(const AttributeRow& row, AttributeTable table) {
  Schema schema{{"description", row.doc}};
  schema.update(value_schema(row, table));
  return schema;
}

Schema shared_value_schemas() {
  return {{"size",
           schema_of_any(
               {schema_of_pattern(kSizeForm), schema_of_integer(0, kMostInteger), drivers_own()})},
          {"duration", schema_of_any({schema_of_pattern(kDurationForm), drivers_own()})},
          {"count", schema_of_any({schema_of_integer(0, kMostInteger), drivers_own()})}};
}

}  // namespace vfmgr
