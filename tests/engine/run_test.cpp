// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "engine/locks.hpp"
#include "kernel/kernel.hpp"
#include "sim/tools.hpp"
#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <vector>

namespace vfmgr::test::of_run {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string head = "schema = 1\n[[gpu]]\nmatch = { address = \"0000:03:00.0\" }\n";
const std::string both = "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\n";

Report need(const Result<Report>& report) {
  EXPECT_TRUE(report) << to_string(report.error());
  return report.value_or(Report{});
}

TEST(Apply, WritesNothingTheSecondTime) {
  Lab lab({"intel-b60"});
  const std::string toml = head + "vfs = 2\nvram = \"2GiB\"\nexec_quantum = \"20ms\"\n";
  lab.reach(toml);
  static_cast<void>(lab.writes());
  const Report again = need(lab.apply(toml));
  EXPECT_EQ(again.units.front().result, Outcome::unchanged);
  EXPECT_FALSE(again.changed);
  EXPECT_THAT(lab.writes(), IsEmpty());
}

TEST(Apply, ChangesOneValueOfOneVfWithOneWrite) {
  Lab lab({"intel-b60"});
  const std::string five = head + "vfs = 5\nvram = \"2GiB\"\nexec_quantum = \"20ms\"\n";
  lab.reach(five + "[[gpu.vf]]\nindex = 3\nexec_quantum = \"35ms\"\n");
  static_cast<void>(lab.writes());
  lab.reach(five + "[[gpu.vf]]\nindex = 3\nexec_quantum = \"50ms\"\n");
  EXPECT_THAT(lab.writes(),
              ElementsAre(gpu_file("sriov_admin/vf4/profile/exec_quantum_ms") + " = 50"));
}

TEST(Apply, OneGpuThatFailsDoesNotStopTheOthers) {
  const Lab lab({"plain", "plain"});
  lab.fault(gpu_file("sriov_numvfs"), EIO);
  const Report report = need(lab.apply(both + "vfs = 2\n"));
  EXPECT_EQ(report.units[0].result, Outcome::rolled_back);
  EXPECT_EQ(report.units[1].result, Outcome::applied);
  EXPECT_EQ(exit_code(report), ExitCode::partial);
  EXPECT_EQ(report.units[0].error->os_error, EIO);
}

TEST(Apply, RunsASavedPlanExactly) {
  const Lab lab({"intel-b60"});
  const auto plan = lab.plan(head + "vfs = 2\nvram = \"2GiB\"\n");
  ASSERT_TRUE(plan);
  const auto saved = plan_from_json(plan_to_json(*plan));
  ASSERT_TRUE(saved) << to_string(saved.error());
  const Report report = need(lab.open().apply(*saved, {}));
  EXPECT_EQ(exit_code(report), ExitCode::ok);
  EXPECT_EQ(report.units.front().result, Outcome::applied);
}

TEST(Apply, RefusesASavedPlanOfAHostThatMovedAndWritesNothing) {
  Lab lab({"intel-b60"});
  const auto plan = lab.plan(head + "vfs = 2\nvram = \"2GiB\"\n");
  lab.reach(head + "vfs = 1\n");
  static_cast<void>(lab.writes());
  const auto report = lab.open().apply(*plan, {});
  ASSERT_FALSE(report);
  EXPECT_EQ(exit_code(report.error()), ExitCode::stale);
  EXPECT_THAT(lab.writes(), IsEmpty());
}

TEST(Apply, ComesBackWhenTheGpuVanishesOnTheWay) {
  const Lab lab({"plain"});
  ASSERT_TRUE(sim::vanish(lab.file(), *parse_address("0000:03:00.0"), Milliseconds(50)));
  const auto report = lab.apply(head + "vfs = 2\n");
  if (report) {
    EXPECT_NE(exit_code(*report), ExitCode::ok);
    EXPECT_TRUE(report->units.front().error);
  } else {
    EXPECT_NE(exit_code(report.error()), ExitCode::ok);
  }
}

TEST(Apply, IsRefusedWhileAnotherRunHasTheGpuAndGoesOnWithOthers) {
  const Lab lab({"plain", "plain"});
  const StateDir state{.run = lab.file().string() + ".state/run",
                       .lib = lab.file().string() + ".state/lib"};
  const auto other = Locks::take(state, {lock_name(*parse_address("0000:03:00.0"))}, {});
  ASSERT_TRUE(other) << to_string(other.error());
  const auto report = lab.apply(head + "vfs = 2\n");
  ASSERT_FALSE(report);
  EXPECT_EQ(exit_code(report.error()), ExitCode::locked);
  lab.reach("schema = 1\n[[gpu]]\nmatch = { address = \"0000:04:00.0\" }\nvfs = 2\n");
}

TEST(AllClasses, AreReachedWhereBothTheTableAndTheRunSaySo) {
  Lab lab({"plain", "plain"});
  const Place its_class = *parse_place("sys:bus/pci/devices/0000:04:00.0/class");
  ASSERT_TRUE(sim::poke(lab.file(), its_class, "0x020000\n"));
  const std::string table = "schema = 1\n[[gpu]]\nmatch = { address = \"0000:04:00.0\"";
  const std::string any = table + ", class = \"any\" }\nvfs = 2\n";
  const RunOptions everything{.scope = {.all_classes = true, .gpus = {}}};

  const auto by_the_table_alone = lab.apply(any);
  ASSERT_FALSE(by_the_table_alone);
  EXPECT_EQ(exit_code(by_the_table_alone.error()), ExitCode::wrong_here);
  EXPECT_THAT(by_the_table_alone.error().help, HasSubstr("--all-classes"));
  const auto by_the_run_alone = lab.apply(table + " }\nvfs = 2\n", everything);
  ASSERT_FALSE(by_the_run_alone);
  EXPECT_EQ(exit_code(by_the_run_alone.error()), ExitCode::wrong_here);
  lab.reach(both + "vfs = 2\n");
  for (const std::string& write : lab.writes()) {
    EXPECT_THAT(write, Not(HasSubstr("0000:04:00")));
  }

  const Report report = need(lab.apply(any, everything));
  EXPECT_EQ(exit_code(report), ExitCode::ok);
  ASSERT_EQ(report.units.size(), 1U);
  EXPECT_EQ(report.units.front().result, Outcome::applied);
}

TEST(Teardown, GivesAutoprobeBackAsItStoodBeforeTheFirstRun) {
  for (const char* const stood : {"0\n", "1\n"}) {
    const Lab lab({"plain"});
    const Place autoprobe = *parse_place(gpu_file("sriov_drivers_autoprobe"));
    ASSERT_TRUE(sim::poke(lab.file(), autoprobe, stood));
    const std::string before = lab.dump();
    lab.reach(head + "vfs = 2\n");
    lab.reach(head + "vfs = 3\n");
    ASSERT_EQ(exit_code(need(lab.teardown())), ExitCode::ok);
    EXPECT_EQ(lab.dump(), before) << stood;
  }
}

TEST(Teardown, WithoutANoteTakesTheKernelsDefaultAndSaysSo) {
  const Lab lab({"plain"});
  lab.reach(head + "vfs = 2\n");
  std::filesystem::remove_all(lab.file().string() + ".state");
  const auto plan = lab.open().plan_teardown({});
  ASSERT_TRUE(plan);
  const auto& last = std::get<Change>(plan->units.front().steps.back());
  EXPECT_EQ(last.bytes.text, "1");
  EXPECT_THAT(last.reason, HasSubstr("default"));
}

TEST(Check, NamesEachDifferenceAndTheApplyMendsThatVfAlone) {
  Lab lab({"intel-b60"});
  const std::string toml = head + "vfs = 3\nvram = \"2GiB\"\nexec_quantum = \"20ms\"\n";
  lab.reach(toml);
  const Place drifted = *parse_place(gpu_file("sriov_admin/vf2/profile/exec_quantum_ms"));
  ASSERT_TRUE(sim::poke(lab.file(), drifted, "35\n"));
  const auto check = lab.check(toml);
  ASSERT_TRUE(check);
  ASSERT_EQ(check->differences.size(), 1U);
  EXPECT_EQ(check->differences.front().vf, VfIndex{1});
  EXPECT_EQ(check->differences.front().attribute, "exec_quantum");
  EXPECT_EQ(exit_code(*check), ExitCode::differs);
  static_cast<void>(lab.writes());
  lab.reach(toml);
  EXPECT_THAT(lab.writes(), ElementsAre(to_string(drifted) + " = 20"));
}

}  // namespace
}  // namespace vfmgr::test::of_run
