// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/json.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "core/json_state.hpp"
#include "core/utf8.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace vfmgr {
namespace {

const PciAddress the_gpu{.domain = 0, .bus = 3, .device = 0, .function = 0};
const Place the_quota{.in = In::sys, .path = "bus/pci/devices/0000:03:00.0/quota"};
const Place the_link{.in = In::sys, .path = "bus/pci/devices/0000:03:00.0/driver", .as = As::link};
const Place the_count{
    .in = In::sys, .path = "bus/pci/devices/0000:03:00.0/virtfn", .as = As::count};

/// Every kind of value once.
State varied_state() {
  Value slack = text_value("4096", Origin::own);
  slack.match = Match::at_least;
  slack.slack = std::numeric_limits<std::uint64_t>::max();
  slack.source = "lab.toml:3:4";
  Value binary = text_value(std::string("\0\xFF\"\\\n", 5), Origin::unknown);
  Value unreadable{.is = Unreadable{.os_error = 5}};
  unreadable.match = Match::any;
  return {{the_quota, slack},
          {the_link, absent_value()},
          {the_count, unreadable},
          {Place{.in = In::module, .path = std::string("gim\xFE")}, binary},
          {Place{.in = In::etc, .path = "empty"}, text_value("")}};
}

UnitPlan varied_unit() {
  UnitPlan plan;
  Gpu gpu{.address = the_gpu, .vendor_id = 0x8086, .device_id = 0xe211, .class_code = 0x038000};
  gpu.driver = "xe";
  gpu.numa_node = 0;
  gpu.total_vfs = 24;
  gpu.model = "Arc \xC3\x97";
  Gpu other{.address = {.domain = 0x12345, .bus = 0xFF, .device = 31, .function = 7}};
  other.physfn = the_gpu;
  plan.unit = {.gpus = {gpu, other}, .why_together = "one module"};
  plan.backend = "intel-xe";
  plan.before = varied_state();
  plan.target = {{the_count, text_value("4")}};
  Change change{.what = "vram", .reason = "first", .source = "lab.toml:3:4", .gpu = the_gpu};
  change.vf = VfIndex{63};
  change.from = std::uint64_t{0};
  change.to_value = std::numeric_limits<std::uint64_t>::max();
  change.to = the_quota;
  change.bytes = {.text = "{} x", .name_of = the_link, .id_of = the_count, .id_name = "q \xF0"};
  change.effects = {{.at = the_quota, .before = absent_value(), .expect = text_value("4")},
                    {.at = the_link, .before = {}, .expect = varied_state().at(the_quota)}};
  change.wipes = {the_count};
  change.disturbs = {the_link, the_quota};
  change.blocking = Blocking::can_hang;
  change.limit = Milliseconds{60000};
  plan.steps = {change,
                Await{.what = "vfs",
                      .gpu = the_gpu,
                      .vf = VfIndex{0},
                      .at = the_link,
                      .expect = text_value("x"),
                      .limit = Milliseconds{5}}};
  Change other_settings{.what = "driver"};
  other_settings.from = DriverDefault{};
  other_settings.to_value = std::vector<std::string>{"a", "b\xFF"};
  plan.steps.emplace_back(other_settings);
  Change flag{.what = "flag"};
  flag.from = true;
  flag.to_value = std::string("default");
  plan.steps.emplace_back(flag);
  plan.lost = {{.at = the_link, .why = "it dies with its VF"}};
  return plan;
}

TEST(Json, ReadsBackEveryKindOfValueEqual) {
  const auto again = state_from_json(state_to_json(varied_state()));
  ASSERT_TRUE(again) << to_string(again.error());
  EXPECT_EQ(*again, varied_state());
}

TEST(Json, ReadsBackAUnitEqual) {
  const UnitPlan plan = varied_unit();
  const auto again = unit_plan_from_json(unit_plan_to_json(plan));
  ASSERT_TRUE(again) << to_string(again.error());
  EXPECT_EQ(again->steps, plan.steps);
  EXPECT_EQ(again->before, plan.before);
  EXPECT_EQ(again->target, plan.target);
  EXPECT_EQ(again->lost, plan.lost);
  EXPECT_EQ(unit_plan_to_json(*again), unit_plan_to_json(plan));
}

TEST(Json, ReadsBackAPlanEqual) {
  Plan plan{.fingerprint = "00ff", .simulated = true, .units = {varied_unit()}};
  plan.units.front().action = Action::replace;
  plan.units.front().disruption = Disruption::driver;
  plan.units.front().expected_us = 1'200'000;
  const std::string text = plan_to_json(plan);
  const auto again = plan_from_json(text);
  ASSERT_TRUE(again) << to_string(again.error());
  EXPECT_EQ(again->units.front().action, Action::replace);
  EXPECT_EQ(plan_to_json(*again), text);
}

TEST(Json, SaysWhereAPlanIsWrong) {
  auto json = nlohmann::ordered_json::parse(plan_to_json({.units = {varied_unit()}}));
  json["units"][0]["exact"]["steps"][0]["effects"][1]["expect"]["match"] = "roughly";
  const auto plan = plan_from_json(json.dump());
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().kind, ErrorKind::invalid);
  EXPECT_EQ(plan.error().subject, "plan.units[0].exact.steps[0].effects[1].expect.match");
  EXPECT_EQ(plan.error().value, "roughly");
}

TEST(Json, RefusesAPlanCutOffAnywhere) {
  const std::string text = plan_to_json({.units = {varied_unit()}});
  for (std::size_t length = 0; length + 2 < text.size(); ++length) {
    const auto plan = plan_from_json(std::string_view(text).substr(0, length));
    ASSERT_FALSE(plan) << length;
    EXPECT_EQ(plan.error().kind, ErrorKind::syntax);
  }
}

TEST(Json, RefusesAPlanThatIsNestedWithoutEnd) {
  const auto plan = plan_from_json(std::string(100'000, '['));
  ASSERT_FALSE(plan);
}

TEST(Json, ShowsUnknownAsNullAndInfiniteAsAWord) {
  GpuView view{.gpu = {.address = the_gpu}};
  view.attributes = {{"exec_quantum", std::numeric_limits<std::uint64_t>::max()}, {"vram", {}}};
  view.gpu.model = "bad \xFF byte";
  const auto json = nlohmann::json::parse(inventory_to_json({.gpus = {view}}));
  const auto& gpu = json["gpus"][0];
  EXPECT_EQ(json["format_version"], "1.0");
  EXPECT_TRUE(gpu["vram_total"].is_null());
  EXPECT_TRUE(gpu["sriov"].is_null());
  EXPECT_EQ(gpu["attributes"]["exec_quantum"], "infinite");
  EXPECT_TRUE(gpu["attributes"]["vram"].is_null());
  EXPECT_EQ(gpu["model"], "bad \xEF\xBF\xBD byte");
}

TEST(Json, PutsEveryFaultIntoDetailsTheFirstOneFirst) {
  Error error{.kind = ErrorKind::does_not_fit, .subject = "vram", .why = "too much"};
  error.spot = Spot{.file = "lab.toml", .line = 3, .column = 4, .length = 5, .text = "x"};
  error.also = {{.kind = ErrorKind::invalid, .subject = "b", .why = "wrong", .help = "right"}};
  const auto json = nlohmann::json::parse(error_to_json(error));
  EXPECT_EQ(json["error"]["code"], 4);
  EXPECT_EQ(json["error"]["kind"], "does_not_fit");
  ASSERT_EQ(json["error"]["details"].size(), 2U);
  EXPECT_EQ(json["error"]["details"][0]["line"], 3);
  EXPECT_EQ(json["error"]["details"][0]["text"], "x");
  EXPECT_TRUE(json["error"]["details"][1].at("line").is_null());
  EXPECT_FALSE(json["simulated"]);
  EXPECT_TRUE(nlohmann::json::parse(error_to_json(error, true))["simulated"]);
  EXPECT_EQ(json["error"]["details"][1]["help"], "right");
}

TEST(Utf8, KnowsWellFormedSequencesFromAllOthers) {
  EXPECT_TRUE(is_utf8("plain \xC3\x97 \xE2\x82\xAC \xF0\x9F\x98\x80"));
  for (const char* bad : {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x80"}) {
    EXPECT_FALSE(is_utf8(bad));
  }
  EXPECT_EQ(to_utf8("a\xE2\x82z"), "a\xEF\xBF\xBD\xEF\xBF\xBDz");
}

}  // namespace
}  // namespace vfmgr
