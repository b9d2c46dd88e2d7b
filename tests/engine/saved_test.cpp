// SPDX-License-Identifier: Apache-2.0
// A plan that was saved runs as it is, or not at all.
#include "engine/saved.hpp"

#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace vfmgr::test::of_saved {
namespace {

using ::testing::IsEmpty;

const std::string toml =
    "schema = 1\n[[gpu]]\nmatch = { address = \"0000:03:00.0\" }\nvfs = 2\nexec_quantum = "
    "\"20ms\"\n";

Plan saved(const Lab& lab) {
  const auto plan = lab.plan(toml);
  EXPECT_TRUE(plan) << to_string(plan.error());
  return plan_from_json(plan_to_json(*plan)).value();
}

Change& change_of(Plan& plan, const std::string& what) {
  for (Step& step : plan.units[0].steps) {
    if (auto* const change = std::get_if<Change>(&step);
        change != nullptr && change->what == what) {
      return *change;
    }
  }
  ADD_FAILURE() << "no step for " << what;
  return std::get<Change>(plan.units[0].steps[0]);
}

TEST(SavedPlan, IsRefusedWhereSomebodyElseMadeItsSteps) {
  const std::vector<std::function<void(Plan&)>> edits{
      [](Plan& plan) { change_of(plan, "vfs").bytes.text = "4"; },
      [](Plan& plan) {
        change_of(plan, "vfs").to = parse_place("sys:bus/pci/drivers_probe").value();
      },
      [](Plan& plan) { change_of(plan, "exec_quantum").effects.clear(); },
      [](Plan& plan) { plan.units[0].steps.pop_back(); },
      [](Plan& plan) { plan.units[0].steps.push_back(plan.units[0].steps.front()); },
      [](Plan& plan) {
        change_of(plan, "vfs").disturbs.clear();
        change_of(plan, "vfs").blocking = Blocking::never;
      },
      [](Plan& plan) { plan.units[0].backend = "generic"; },
      [](Plan& plan) { plan.units[0].backend = "unheard-of"; },
      [](Plan& plan) {
        plan.units[0].target[parse_place("sys:bus/pci/devices/0000:04:00.0/sriov_drivers_autoprobe")
                                 .value()] = Value{.is = std::string("0")};
      },
  };
  for (std::size_t at = 0; at < edits.size(); ++at) {
    Lab lab({"intel-b60", "plain"});
    Plan plan = saved(lab);
    edits[at](plan);
    static_cast<void>(lab.writes());
    const auto report = lab.open().apply(plan, {});
    ASSERT_FALSE(report) << at;
    EXPECT_TRUE(report.error().kind == ErrorKind::invalid ||
                report.error().kind == ErrorKind::stale)
        << at << ' ' << to_string(report.error());
    EXPECT_THAT(lab.writes(), IsEmpty()) << at;
  }
}

TEST(SavedPlan, OfAnotherHostIsStale) {
  const Lab one({"intel-b60", "plain"});
  const Plan plan = saved(one);
  Lab other({"plain"});
  static_cast<void>(other.writes());
  const auto report = other.open().apply(plan, {});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::stale) << to_string(report.error());
  EXPECT_THAT(other.writes(), IsEmpty());
}

TEST(SavedPlan, AsItIsRuns) {
  const Lab lab({"intel-b60", "plain"});
  // The plain GPU has no such attribute: the profile is about the other one.
  const auto plan =
      lab.plan("schema = 1\n[[gpu]]\nmatch = { address = \"0000:03:00.0\" }\nvfs = 2\n");
  ASSERT_TRUE(plan) << to_string(plan.error());
  const auto report = lab.open().apply(plan_from_json(plan_to_json(*plan)).value(), {});
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::ok);
}

}  // namespace
}  // namespace vfmgr::test::of_saved
