// SPDX-License-Identifier: Apache-2.0
// VMs that have a VF: nothing is taken from under them.
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "backends/support/nvidia_lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace vfmgr::test::of_nvidia_users {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string two = for_all("vfs = 2\nvgpu_type = \"L40S-8Q\"\n");
const std::string vf1_other = two + "[[gpu.vf]]\nindex = 1\nvgpu_type = \"L40S-8A\"\n";
const std::string vf1_params = two + "[[gpu.vf]]\nindex = 1\nvgpu_params = \"disable_vnc=1\"\n";

/// A GPU of whose VFs the VM "web-2" has the second.
class NvidiaVm : public ::testing::Test {
 protected:
  NvidiaVm() {
    lab.reach(two);
    lab.hold("0000:03:00.0/1");
    lab.forget_writes();
  }

  void expect_refused(const Result<Report>& report) {
    ASSERT_TRUE(report) << to_string(report.error());
    EXPECT_EQ(exit_code(*report), ExitCode::refused);
    ASSERT_TRUE(report->units.front().error);
    EXPECT_EQ(report->units.front().error->kind, ErrorKind::in_use);
    EXPECT_THAT(to_string(*report->units.front().error), HasSubstr("web-2"));
    EXPECT_THAT(lab.writes(), IsEmpty());
  }

  NvidiaLab lab;
};

TEST_F(NvidiaVm, KeepsItsVgpuWhateverIsWishedOfThatVf) {
  expect_refused(lab.apply(vf1_other));
  expect_refused(lab.apply(vf1_params));
  expect_refused(lab.apply(for_all("vfs = 1\n")));
  expect_refused(lab.apply(for_all("vfs = 2\nvgpu_type = \"L40S-16Q\"\n")));
}

TEST_F(NvidiaVm, KeepsTheVfsTogether) {
  expect_refused(lab.apply(for_all("vfs = 0\n")));
  expect_refused(lab.teardown());
}

TEST_F(NvidiaVm, KeepsTheModeOfTheGpu) {
  expect_refused(lab.apply(two + "[gpu.pf]\nheterogeneous = true\n"));
}

TEST_F(NvidiaVm, DoesNotKeepOthersFromBeingChanged) {
  lab.reach(two + "[[gpu.vf]]\nindex = 0\nvgpu_type = \"L40S-8A\"\n");
  EXPECT_THAT(lab.writes(), ElementsAre(typed(0, 0), typed(0, 1162)));
}

TEST_F(NvidiaVm, IsAskedForByNameBeforeItsVfIsChangedAllTheSame) {
  const RunOptions other{.allow_in_use = {"0000:03:00.0/0"}};
  expect_refused(lab.apply(vf1_params, other));
  const auto report = lab.apply(vf1_params, {.allow_in_use = {"0000:03:00.0/1"}});
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::ok);
  EXPECT_THAT(lab.writes(), ElementsAre(vgpu_file(1, "vgpu_params") + " = disable_vnc=1"));
}

TEST(NvidiaVmLater, KeepsItsVgpuFromAPlanThatWasMadeBefore) {
  NvidiaLab lab;
  lab.reach(two);
  const auto plan = lab.plan(vf1_other);
  ASSERT_TRUE(plan);
  lab.hold("0000:03:00.0/1");
  lab.forget_writes();
  const auto report = lab.open().apply(*plan, {});
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::refused);
  EXPECT_THAT(lab.writes(), IsEmpty());
}

TEST(NvidiaVmLater, KeepsItsVgpuWhereItStartsInTheMiddleOfARun) {
  NvidiaLab lab;
  lab.reach(two);
  lab.forget_writes();
  bool started = false;
  const std::string all_other = for_all("vfs = 2\nvgpu_type = \"L40S-8A\"\n");
  const auto report = apply_with(lab, all_other, [&](const Place&, std::string_view) {
    if (!started) {
      started = true;
      lab.hold("0000:03:00.0/1");
    }
  });
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(report->units.front().result, Outcome::rolled_back);
  ASSERT_TRUE(report->units.front().error);
  EXPECT_EQ(report->units.front().error->kind, ErrorKind::in_use);
  EXPECT_THAT(lab.writes(), Not(Contains(typed(1, 0))));
  EXPECT_EQ(lab.type(0), "1152");
  EXPECT_EQ(lab.type(1), "1152");
}

}  // namespace
}  // namespace vfmgr::test::of_nvidia_users
