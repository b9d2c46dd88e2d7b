// SPDX-License-Identifier: Apache-2.0
// Pausing and stopping a VF (xe 7.0: xe_gt_sriov_pf_control.c, xe_gt_sriov_pf_debugfs.c).
#include "vfmgr/place.hpp"

#include "sim/support/xe.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

namespace vfmgr::test {
namespace {

TEST(XeControl, ListsItsWordsAndTakesUnknownOnes) {
  for (const std::string model : {"intel-b60-6.17", "intel-b60-6.18", "intel-b60-7.0"}) {
    XeHost xe(model);
    const Place control = xe.debug("gt0/vf1/control");
    EXPECT_EQ(xe.read(control), "stop\npause\nresume");
    EXPECT_EQ(xe.write(control, "nonsense"), 0);
    EXPECT_EQ(xe.write(control, std::string(32, 'x')), EINVAL);
    EXPECT_EQ(xe.write(control, std::string(31, 'x')), 0);
    EXPECT_EQ(xe.read(control), "stop\npause\nresume");
  }
}

TEST(XeControl, PausesAndResumesInTurn) {
  XeHost xe("intel-b60-7.0");
  const Place control = xe.debug("gt0/vf1/control");
  EXPECT_EQ(xe.write(control, "resume"), EPERM);
  EXPECT_EQ(xe.write(control, "pause\n"), 0);
  EXPECT_EQ(xe.write(control, "pause"), ESTALE);
  EXPECT_EQ(xe.write(xe.debug("sriov/vf2/pause"), "1"), 0);  // another VF
  EXPECT_EQ(xe.write(control, "resume"), 0);
  EXPECT_EQ(xe.write(control, "resume"), EPERM);
}

TEST(XeControl, AStoppedVfStaysSoUntilItIsReset) {
  XeHost xe("intel-b60-debugfs");
  EXPECT_EQ(xe.write(xe.admin("vf1/stop"), "0"), 0);
  EXPECT_EQ(xe.write(xe.debug("sriov/vf1/pause"), "0"), 0);
  EXPECT_EQ(xe.write(xe.admin("vf1/stop"), "maybe"), EINVAL);
  EXPECT_EQ(xe.write(xe.admin("vf1/stop"), "1"), 0);
  EXPECT_EQ(xe.write(xe.debug("sriov/vf1/pause"), "1"), EPERM);
  EXPECT_EQ(xe.write(xe.debug("sriov/vf1/resume"), "1"), EPERM);
  EXPECT_EQ(xe.write(xe.debug("sriov/vf1/reset"), "y"), 0);
  EXPECT_EQ(xe.write(xe.debug("sriov/vf1/pause"), "1"), 0);
  EXPECT_EQ(xe.write(xe.debug("sriov/vf1/pause"), "x"), EINVAL);
}

TEST(XeControl, AStoppedVfTakesANewQuotaAndDisablingResetsIt) {
  XeHost xe("intel-b60-debugfs");
  ASSERT_EQ(xe.enable(1), 0);  // xe drives it on the host
  EXPECT_EQ(xe.write(xe.admin("vf1/profile/vram_quota"), 2097152), EIO);
  EXPECT_EQ(xe.write(xe.admin("vf1/stop"), "1"), 0);
  EXPECT_EQ(xe.write(xe.admin("vf1/profile/vram_quota"), 2097152), 0);
  ASSERT_EQ(xe.enable(0), 0);
  EXPECT_EQ(xe.write(xe.debug("sriov/vf1/pause"), "1"), 0);
}

}  // namespace
}  // namespace vfmgr::test
