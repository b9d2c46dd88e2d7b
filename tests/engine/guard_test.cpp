// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "engine/tables.hpp"
#include "kernel/kernel.hpp"
#include "sim/sim_kernel.hpp"
#include "sim/tools.hpp"
#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vfmgr::test::of_guard {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string both = "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 2\n";

TEST(Guard, RefusesTheWholeRunWhereAVmHoldsAVf) {
  Lab lab({"plain", "plain"});
  lab.reach(both);
  lab.hold("0000:03:00.0/1");
  static_cast<void>(lab.writes());
  const auto report = lab.teardown();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->units[0].result, Outcome::refused);
  EXPECT_EQ(report->units[0].error->kind, ErrorKind::in_use);
  EXPECT_EQ(report->units[1].result, Outcome::skipped);
  EXPECT_EQ(exit_code(*report), ExitCode::refused);
  EXPECT_THAT(lab.writes(), IsEmpty());
}

TEST(Guard, LeavesTheRefusedGpuOutWhenToldToKeepGoing) {
  const Lab lab({"plain", "plain"});
  lab.reach(both);
  lab.hold("0000:03:00.0/1");
  const auto report = lab.teardown({.keep_going = true});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->units[0].result, Outcome::refused);
  EXPECT_EQ(report->units[1].result, Outcome::applied);
  EXPECT_EQ(exit_code(*report), ExitCode::partial);
}

TEST(Guard, LetsAVfBeChangedThatNobodyHoldsBesideOneThatIsHeld) {
  Lab lab({"intel-b60"});
  const std::string toml = both + "exec_quantum = \"20ms\"\n";
  lab.reach(toml);
  lab.hold("0000:03:00.0/1");
  static_cast<void>(lab.writes());
  lab.reach(toml + "[[gpu.vf]]\nindex = 0\nvf_driver = \"none\"\n");
  EXPECT_THAT(lab.writes(), SizeIs(2));
}

TEST(Guard, CountsAVfOnAnyOtherDriverAsInUse) {
  Lab lab({"intel-b60"});
  lab.reach(both + "vf_driver = \"host\"\n");
  static_cast<void>(lab.writes());
  const auto report = lab.teardown();
  ASSERT_TRUE(report);
  EXPECT_EQ(exit_code(*report), ExitCode::refused);
  EXPECT_THAT(to_string(*report->units[0].error), HasSubstr("bound to 'xe'"));
  EXPECT_THAT(lab.writes(), IsEmpty());
}

TEST(Guard, AsksAboutAVfThatShowsNoDriverWhileAnUnbindWaitsForItsUser) {
  Lab lab({"plain"});
  lab.reach(both);
  lab.hold("0000:03:00.0/1");
  const AttrTables tables = attr_tables(shipped_backends());
  const auto others = sim::open_host_file(lab.file(), tables);
  ASSERT_TRUE(others);
  const auto unbound = (*others)->write({.in = In::sys, .path = "bus/pci/drivers/vfio-pci/unbind"},
                                        "0000:03:00.2",
                                        Blocking::can_hang,
                                        Milliseconds(10));
  ASSERT_EQ(unbound.error().kind, ErrorKind::in_flight);
  static_cast<void>(lab.writes());
  const auto mended = lab.apply(both + "vf_driver = \"vfio-pci\"\n");
  ASSERT_TRUE(mended) << to_string(mended.error());
  EXPECT_EQ(exit_code(*mended), ExitCode::refused);
  const auto gone = lab.teardown();
  ASSERT_TRUE(gone) << to_string(gone.error());
  EXPECT_EQ(exit_code(*gone), ExitCode::refused);
  EXPECT_THAT(lab.writes(), IsEmpty());
}

TEST(Guard, AsksAgainBeforeEachWriteOfASavedPlan) {
  const Lab lab({"plain"});
  lab.reach(both);
  const auto plan = lab.open().plan_teardown({});
  ASSERT_TRUE(plan);
  lab.hold("0000:03:00.0/0");
  const std::string before = lab.dump();
  const auto report = lab.open().apply(*plan, {});
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(report->units[0].result, Outcome::refused);
  EXPECT_EQ(exit_code(*report), ExitCode::refused);
  EXPECT_EQ(lab.dump(), before);
}

TEST(Guard, SaysInThePlanWhoWouldBeHit) {
  const Lab lab({"plain"});
  lab.reach(both);
  lab.hold("0000:03:00.0/1");
  const auto plan = lab.plan("schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 3\n");
  ASSERT_TRUE(plan);
  ASSERT_THAT(plan->units[0].blocked, SizeIs(1));
  EXPECT_EQ(plan->units[0].blocked[0].vf, VfIndex{1});
  EXPECT_EQ(exit_code(*plan), ExitCode::refused);
}

}  // namespace
}  // namespace vfmgr::test::of_guard
