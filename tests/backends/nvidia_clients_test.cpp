// SPDX-License-Identifier: Apache-2.0
// Programs that have the GPU itself open: while one has, its driver can't let it go. Taking it away
// unlocked waits beyond every signal (open-gpu-kernel-modules kernel-open/nvidia/nv-pci.c).
#include "vfmgr/inventory.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "backends/support/nvidia_lab.hpp"
#include "engine/locks.hpp"
#include "sim/tools.hpp"
#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::test::of_nvidia_clients {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string gpu_name = "0000:03:00.0";
const std::string two = for_all("vfs = 2\nvgpu_type = \"L40S-8Q\"\n");
const std::string taken_away = "sys:bus/pci/drivers/nvidia/unbind = " + gpu_name;

/// A program opens the GPU right before the lock is written for the first time, and lets it go
/// right before it is for the `until`-th time.
Meddling::Before opener(const Lab& lab, unsigned until, unsigned& turns) {
  return [&lab, until, &turns](const Place& place, std::string_view bytes) {
    if (to_string(place) != lock_file || bytes != "1") {
      return;
    }
    ++turns;
    if (turns == 1) {
      ASSERT_TRUE(sim::hold_vf(lab.file(), gpu_name, 4711, ""));
    }
    if (turns == until) {
      ASSERT_TRUE(sim::release_vf(lab.file(), gpu_name));
    }
  };
}

void expect_named(NvidiaLab& lab) {
  ASSERT_TRUE(sim::hold_vf(lab.file(), gpu_name, 4711, ""));
  const auto report = lab.apply(two);
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::refused);
  ASSERT_TRUE(report->units.front().error);
  EXPECT_EQ(report->units.front().error->kind, ErrorKind::in_use);
  EXPECT_THAT(to_string(*report->units.front().error), HasSubstr("4711"));
  EXPECT_THAT(lab.writes(), IsEmpty());
  ASSERT_TRUE(sim::release_vf(lab.file(), gpu_name));
  lab.reach(two);
}

TEST(NvidiaClient, IsNamedAndNothingIsWritten) {
  NvidiaLab lab;
  expect_named(lab);
}

TEST(NvidiaClient, IsNamedBeforeNvidiasToolIsRun) {
  NvidiaLabWithTool lab;
  expect_named(lab);
}

TEST(NvidiaClient, DoesNotKeepVgpusFromBeingChanged) {
  const NvidiaLab lab;
  lab.reach(two);
  ASSERT_TRUE(sim::hold_vf(lab.file(), gpu_name, 4711, ""));
  lab.reach(for_all("vfs = 2\nvgpu_type = \"L40S-8A\"\n"));
  EXPECT_EQ(lab.type(1), "1162");
  const auto report = lab.teardown();
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::refused);
}

TEST(NvidiaClient, ThatComesForAMomentIsWaitedFor) {
  const NvidiaLab lab;
  unsigned turns = 0;
  const auto report = apply_with(lab, two, opener(lab, 3, turns));
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::ok);
  EXPECT_EQ(turns, 3U);
  EXPECT_EQ(lab.type(1), "1152");
}

TEST(NvidiaClient, ThatComesAndStaysLeavesTheGpuOnItsDriver) {
  NvidiaLab lab;
  const std::string before = lab.dump();
  unsigned turns = 0;
  const auto report = apply_with(lab, two, opener(lab, 0, turns));
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(report->units.front().result, Outcome::rolled_back);
  ASSERT_TRUE(report->units.front().error);
  EXPECT_THAT(report->units.front().error->help, HasSubstr("nvidia-persistenced"));
  EXPECT_GT(turns, 1U);
  EXPECT_THAT(lab.writes(), Not(Contains(taken_away)));
  EXPECT_EQ(lab.pf_driver(), "nvidia");
  ASSERT_TRUE(sim::release_vf(lab.file(), gpu_name));
  EXPECT_EQ(lab.dump(), before);
}

TEST(NvidiaClient, IsAFindingOfTheGpu) {
  const NvidiaLab lab;
  ASSERT_TRUE(sim::hold_vf(lab.file(), gpu_name, 4711, ""));
  const auto inventory = lab.open().inventory({}, Detail::whole);
  ASSERT_TRUE(inventory) << to_string(inventory.error());
  std::vector<std::string> findings;
  for (const Finding& finding : inventory->gpus.front().findings) {
    findings.push_back(finding.what);
  }
  EXPECT_THAT(findings, Contains(HasSubstr("4711")));
}

TEST(SriovManage, IsNeverAtWorkForTwoRunsAtATime) {
  NvidiaLabWithTool lab;
  lab.forget_writes();
  {
    const auto other = Locks::take(lab.door()->state(), {"sriov-manage"}, Milliseconds(0));
    ASSERT_TRUE(other) << to_string(other.error());
    const auto report = lab.apply(two);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().kind, ErrorKind::locked);
    EXPECT_THAT(lab.writes(), IsEmpty());
  }
  lab.reach(two);
}

}  // namespace
}  // namespace vfmgr::test::of_nvidia_clients
