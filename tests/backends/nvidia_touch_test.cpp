// SPDX-License-Identifier: Apache-2.0
// Only what differs is touched, in the order that the driver takes.
#include "vfmgr/report.hpp"

#include "backends/support/nvidia_lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vfmgr::test::of_nvidia_touch {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string three = for_all("vfs = 3\nvgpu_type = \"L40S-8Q\"\n");

std::string vf1(const std::string& keys) {
  return "[[gpu.vf]]\nindex = 1\n" + keys + "\n";
}

TEST(NvidiaTouch, WritesTheSameProfileOnce) {
  NvidiaLab lab;
  const std::string toml = three + vf1("vgpu_params = \"frame_rate_limiter=0, disable_vnc=1\"");
  lab.reach(toml);
  const std::string before = lab.dump();
  lab.forget_writes();
  lab.reach(toml);
  EXPECT_THAT(lab.writes(), IsEmpty());
  EXPECT_EQ(lab.dump(), before);
}

TEST(NvidiaTouch, ClearsATypeBeforeItGivesAnother) {
  NvidiaLab lab;
  lab.reach(three);
  lab.forget_writes();
  lab.reach(three + vf1("vgpu_type = \"L40S-8A\""));
  EXPECT_THAT(lab.writes(), ElementsAre(typed(1, 0), typed(1, 1162)));
}

TEST(NvidiaTouch, ClearsAllOfOneSizeBeforeItMakesThoseOfAnother) {
  NvidiaLab lab;
  lab.reach(three);
  lab.forget_writes();
  lab.reach(for_all("vfs = 3\nvgpu_type = \"L40S-16Q\"\n"));
  EXPECT_THAT(
      lab.writes(),
      ElementsAre(
          typed(0, 0), typed(1, 0), typed(2, 0), typed(0, 1154), typed(1, 1154), typed(2, 1154)));
}

TEST(NvidiaTouch, SetsAndClearsParametersWithoutTakingTheTypeOff) {
  NvidiaLab lab;
  lab.reach(three);
  lab.forget_writes();
  const std::string params = vgpu_file(1, "vgpu_params") + " = ";
  lab.reach(three + vf1("vgpu_params = \"disable_vnc=1\""));
  EXPECT_THAT(lab.writes(), ElementsAre(params + "disable_vnc=1"));
  lab.reach(three + vf1("vgpu_params = \"frame_rate_limiter=0\""));
  EXPECT_THAT(lab.writes(), ElementsAre(params + "frame_rate_limiter=0"));
  lab.reach(three);  // what a profile does not name stays
  EXPECT_THAT(lab.writes(), IsEmpty());
  lab.reach(three + vf1("vgpu_params = \"default\""));
  EXPECT_THAT(lab.writes(), ElementsAre(params + " "));
}

TEST(NvidiaTouch, GivesParametersAnewWithANewType) {
  NvidiaLab lab;
  lab.reach(three + vf1("vgpu_params = \"disable_vnc=1\""));
  lab.forget_writes();
  lab.reach(three + vf1("vgpu_params = \"disable_vnc=1\"\nvgpu_type = \"L40S-8A\""));
  EXPECT_THAT(
      lab.writes(),
      ElementsAre(typed(1, 0), typed(1, 1162), vgpu_file(1, "vgpu_params") + " = disable_vnc=1"));
}

TEST(NvidiaTouch, ClearsVfsThatFewerLeaveToSpareAndKeepsThem) {
  NvidiaLab lab;
  lab.reach(three);
  lab.forget_writes();
  const std::string one = for_all("vfs = 1\nvgpu_type = \"L40S-8Q\"\n");
  lab.reach(one);
  EXPECT_THAT(lab.writes(), ElementsAre(typed(1, 0), typed(2, 0)));
  EXPECT_EQ(lab.vfs(), 4U);
  EXPECT_EQ(exit_code(*lab.check(one)), ExitCode::ok);
}

TEST(NvidiaTouch, LeavesTypesAloneThatAProfileDoesNotName) {
  NvidiaLab lab;
  lab.reach(three);
  lab.forget_writes();
  lab.reach(for_all("vfs = 3\n"));
  EXPECT_THAT(lab.writes(), IsEmpty());
}

TEST(NvidiaTouch, NamesAVfThatSomebodyChangedAndMendsThatOneAlone) {
  NvidiaLab lab;
  lab.reach(three);
  lab.by_hand(vgpu_file(2, "current_vgpu_type"), "0");
  const auto check = lab.check(three);
  ASSERT_TRUE(check);
  ASSERT_EQ(check->differences.size(), 1U);
  EXPECT_EQ(check->differences.front().attribute, "vgpu_type");
  EXPECT_EQ(exit_code(*check), ExitCode::differs);
  lab.forget_writes();
  lab.reach(three);
  EXPECT_THAT(lab.writes(), ElementsAre(typed(2, 1152)));
}

}  // namespace
}  // namespace vfmgr::test::of_nvidia_touch
