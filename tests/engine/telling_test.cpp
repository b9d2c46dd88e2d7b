// SPDX-License-Identifier: Apache-2.0
// What a run tells of its steps while it runs.
#include "vfmgr/manager.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/step_event.hpp"

#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <string>
#include <vector>

namespace vfmgr::test::of_telling {
namespace {

const std::string toml =
    "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 2\nexec_quantum = \"20ms\"\n"
    "vf_driver = \"vfio-pci\"\n";

/// An event and its word, which an event has during the call only.
struct Heard {
  StepEvent event;
  std::string what;
};

/// One after the other: on a simulated host nothing runs side by side.
RunOptions into(std::vector<Heard>& heard) {
  RunOptions options;
  options.on_step = [&heard](const StepEvent& event) {
    heard.push_back({.event = event, .what = std::string(event.what)});
  };
  return options;
}

std::size_t steps_of(const Report& report) {
  std::size_t steps = 0;
  for (const UnitReport& unit : report.units) {
    steps += unit.plan.steps.size();
  }
  return steps;
}

TEST(Telling, ThereIsABeginningAndAnEndOfEveryStepInOrder) {
  const Lab lab({"intel-b60", "intel-b60"});
  std::vector<Heard> heard;
  const auto report = lab.apply(toml, into(heard));
  ASSERT_TRUE(report) << to_string(report.error());
  ASSERT_EQ(exit_code(*report), ExitCode::ok);
  ASSERT_EQ(heard.size(), 2 * steps_of(*report));
  ASSERT_GT(heard.size(), 20);
  for (std::size_t at = 0; at < heard.size(); at += 2) {
    const StepEvent& begun = heard[at].event;
    const StepEvent& ended = heard[at + 1].event;
    EXPECT_FALSE(begun.ended);
    EXPECT_TRUE(ended.ended);
    EXPECT_FALSE(begun.going_back);
    EXPECT_EQ(begun.number, ended.number);
    const std::size_t first = begun.unit == 0 ? 0 : 2 * report->units[0].plan.steps.size();
    EXPECT_EQ(begun.number, (at - first) / 2 + 1);
    EXPECT_EQ(begun.of, report->units[begun.unit].plan.steps.size());
    EXPECT_EQ(begun.gpu, report->units[begun.unit].plan.unit.gpus[0].address);
  }
  EXPECT_THAT(heard, testing::Contains(testing::Field(&Heard::what, "exec_quantum")));
  EXPECT_TRUE(
      std::ranges::any_of(heard, [](const Heard& one) { return one.event.vf.has_value(); }));
}

TEST(Telling, TheWayBackIsARoadOfItsOwn) {
  const Lab lab({"intel-b60"});
  lab.fault(gpu_file("sriov_numvfs"), EBUSY);
  std::vector<Heard> heard;
  const auto report = lab.apply(toml, into(heard));
  ASSERT_TRUE(report) << to_string(report.error());
  ASSERT_EQ(report->units[0].result, Outcome::rolled_back);
  const auto back =
      std::ranges::find_if(heard, [](const Heard& one) { return one.event.going_back; });
  ASSERT_NE(back, heard.end());
  EXPECT_EQ(back->event.number, 1);
  EXPECT_LT(back->event.of, report->units[0].plan.steps.size());
  EXPECT_TRUE(
      std::all_of(back, heard.end(), [](const Heard& one) { return one.event.going_back; }));
  EXPECT_EQ(std::ranges::count_if(heard, [](const Heard& one) { return one.event.ended; }),
            std::ranges::count_if(heard, [](const Heard& one) { return !one.event.ended; }));
}

TEST(Telling, NothingIsToldWhereNothingIsDone) {
  const Lab lab({"intel-b60"});
  lab.reach(toml);
  std::vector<Heard> heard;
  ASSERT_TRUE(lab.apply(toml, into(heard)));
  EXPECT_THAT(heard, testing::IsEmpty());
}

}  // namespace
}  // namespace vfmgr::test::of_telling
