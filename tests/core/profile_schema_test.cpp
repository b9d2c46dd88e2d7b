// SPDX-License-Identifier: Apache-2.0
// That the schema and the parser judge alike is tests/schema's question.
#include "vfmgr/profile.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"

#include "core/attributes.hpp"
#include "core/profile_keys.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr {
namespace {

using testing::ElementsAre;
using Json = nlohmann::ordered_json;

const Json& schema() {
  static const Json whole = Json::parse(profile_schema());
  return whole;
}

const Json& table(const std::string& name) {
  return schema()["$defs"][name];
}

TEST(ProfileSchema, KnowsEveryKeyOfEveryTable) {
  const auto all_known = [](const Json& object, std::span<const std::string_view> keys) {
    for (const std::string_view key : keys) {
      EXPECT_TRUE(object["properties"].contains(key)) << key;
    }
    for (const auto& [key, value] : object["properties"].items()) {
      EXPECT_TRUE(value.is_object() && value.contains("description")) << key;
    }
    EXPECT_EQ(object["additionalProperties"], false);
  };
  all_known(schema(), top_keys());
  all_known(table("gpu"), gpu_keys());
  all_known(table("some_vfs"), vf_keys());
  all_known(table("match"), match_keys());
  all_known(table("pf"), {});
  all_known(table("every_vf"), {});
}

TEST(ProfileSchema, HasEachAttributeWhereItsScopeIs) {
  for (const AttributeRow& row : kAttributes) {
    const std::string name(row.name);
    EXPECT_EQ(table("pf")["properties"].contains(name), (row.scope & kScopePf) != 0) << name;
    const bool of_vfs = table("every_vf")["properties"].contains(name) ||
                        table("some_vfs")["properties"].contains(name);
    EXPECT_EQ(of_vfs, (row.scope & kScopeVf) != 0) << name;
    EXPECT_EQ(table("gpu")["properties"].contains(name),
              table("every_vf")["properties"].contains(name))
        << name;
  }
}

TEST(ProfileSchema, DescribesAttributesInTheTablesOwnWords) {
  EXPECT_EQ(table("gpu")["properties"]["vram"]["description"], row_of(Key::vram).doc);
  EXPECT_EQ(table("pf")["properties"]["accelerator_partition"]["anyOf"],
            table("pf")["properties"]["compute_partition"]["anyOf"]);
}

TEST(NamedResources, TellFileAndValuesOfEachInOrderOfNames) {
  const auto all = named_resources(
      {{.file = "a.toml",
        .text = "schema = 1\n[resources.\"x/two\"]\nvram = \"2GiB\"\nexec_quantum = \"5ms\"\n"},
       {.file = "b.toml",
        .text = "schema = 1\n[resources.\"x/two\"]\nvram = \"1GiB\"\n[resources.\"x/one\"]\n"}});
  ASSERT_TRUE(all) << to_string(all.error());
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ(all->front().name, "x/one");
  EXPECT_TRUE(all->front().files.empty());
  EXPECT_EQ(all->back().values.at("vram"), Setting(std::uint64_t{1} << 30U));
  EXPECT_THAT(all->back().files, ElementsAre("a.toml", "b.toml"));
}

TEST(NamedResources, HaveAllTheirFaultsAtOnce) {
  const auto all =
      named_resources({{.file = "a.toml",
                        .text = "schema = 1\n[resources.\"x/one\"]\nvrm = 1\ndriver = \"xe\"\n"}});
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().subject, "vrm");
  ASSERT_EQ(all.error().also.size(), 1U);
  EXPECT_EQ(all.error().also.front().subject, "driver");
}

}  // namespace
}  // namespace vfmgr
