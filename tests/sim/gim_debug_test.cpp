// SPDX-License-Identifier: Apache-2.0
// Memory and time of single VFs under AMD's GIM: gim_shim/sysfs/gim_debugfs.c and
// libgv/core/amdgv_vfmgr.c of amd/MxGPU-Virtualization 8.0.0.K; navi32_sched.c of a later release.
#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "pci/attrs.hpp"
#include "sim/support/gim.hpp"
#include "sim/support/host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <string_view>

namespace vfmgr::test {
namespace {

using testing::HasSubstr;

/// A V710 with four VFs of 7040 MiB each: (28416 - 256) / 4.
class GimMemory : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(gim.reload("vf_num=4"), 0); }
  int set(std::string_view bytes) { return gim.write(gim_debug("asymmetric_fb"), bytes); }
  /// What stands below "FB Layout:", each line behind a blank.
  [[nodiscard]] std::string layout() const {
    std::string text = gim.read(gim_debug("asymmetric_fb"));
    text = text.substr(text.find("FB Layout:\n") + 11);
    for (char& letter : text) {
      letter = letter == '\n' ? '|' : letter;
    }
    return text;
  }
  GimHost gim{{"amd-v710-gim"}};
};

TEST_F(GimMemory, IsTheSameForEachVfAtFirst) {
  EXPECT_EQ(gim.read(gim_debug("asymmetric_fb")),
            "Current Available VF Number: 4\nFB Layout:\n"
            "VF0 - inactive - 7040MB\nVF1 - inactive - 7040MB\n"
            "VF2 - inactive - 7040MB\nVF3 - inactive - 7040MB\n");
}

TEST_F(GimMemory, ShrinksToMultiplesOfSixteenAndGrowsIntoWhatIsFree) {
  ASSERT_EQ(set("1,4090\n"), 0);
  EXPECT_EQ(layout(),
            "VF0 - inactive - 7040MB|VF1 - inactive - 4080MB|Free - None - 2960MB|"
            "VF2 - inactive - 7040MB|VF3 - inactive - 7040MB|");
  ASSERT_EQ(set("2,9984"), 0);  // its own and what is free before it
  EXPECT_EQ(layout(),
            "VF0 - inactive - 7040MB|VF1 - inactive - 4080MB|VF2 - inactive - 9984MB|"
            "Free - None - 16MB|VF3 - inactive - 7040MB|");
  EXPECT_EQ(set("0,7056"), EFAULT);  // 16 are free, but not beside it
}

TEST_F(GimMemory, IsFreedByZeroAndIsAtLeastTwoGib) {
  EXPECT_EQ(set("3,2047"), EFAULT);
  EXPECT_EQ(set("31,4096"), EFAULT);  // the PF
  EXPECT_EQ(set("32,4096"), EINVAL);
  EXPECT_EQ(set("-1,4096"), EINVAL);
  EXPECT_EQ(set("4096"), EINVAL);
  EXPECT_EQ(set("1, 2048" + std::string(60, ' ')), EFAULT);  // more than it has room for
  ASSERT_EQ(set("3,0"), 0);
  EXPECT_THAT(layout(), HasSubstr("|Free - None - 7040MB|"));
  ASSERT_EQ(set("3,2048"), 0);
  EXPECT_THAT(layout(), HasSubstr("|VF3 - inactive - 2048MB|Free - None - 4992MB|"));
}

TEST_F(GimMemory, StaysWithAVfThatIsInUse) {
  gim.hold(1);
  EXPECT_THAT(layout(), HasSubstr("VF1 - active - 7040MB"));
  EXPECT_EQ(set("1,4096"), EFAULT);
  EXPECT_EQ(set("0,4096"), 0);
  gim.release(1);
  EXPECT_EQ(set("1,4096"), 0);
}

TEST_F(GimMemory, IsPutTogetherWithoutChangingHowMuchEachHas) {
  ASSERT_EQ(set("0,4096"), 0);
  ASSERT_EQ(set("2,4096"), 0);
  EXPECT_EQ(set("3,9984"), 0);
  EXPECT_EQ(gim.write(gim_debug("fb_defragment"), "0"), EINVAL);
  EXPECT_EQ(gim.write(gim_debug("fb_defragment"), "1"), 0);
  EXPECT_EQ(layout(),
            "VF0 - inactive - 4096MB|VF1 - inactive - 7040MB|VF2 - inactive - 4096MB|"
            "VF3 - inactive - 9984MB|Free - None - 2944MB|");
}

TEST_F(GimMemory, IsDealtOutByNobodyWhereThatIsSwitchedOff) {
  ASSERT_EQ(gim.reload("vf_num=4 asymmetric_fb_mode=0"), 0);
  EXPECT_EQ(gim.read(gim_debug("asymmetric_fb")), "errno " + std::to_string(EPERM));
  EXPECT_EQ(set("0,4096"), EFAULT);
}

TEST(GimMemoryOfMi300, CanBeSeenAndNotSet) {
  GimHost gim({"amd-mi300x"});
  ASSERT_EQ(gim.reload("vf_num=8"), 0);
  EXPECT_THAT(gim.read(gim_debug("asymmetric_fb")), HasSubstr("VF7 - inactive - 24416MB\n"));
  EXPECT_EQ(gim.write(gim_debug("asymmetric_fb"), "0,4096"), EFAULT);
  EXPECT_EQ(gim.write(gim_debug("fb_defragment"), "1"), 0);  // it did nothing
  EXPECT_EQ(gim.read(gim_debug("asymmetric_timeslice")),
            "Currnet Available VF Number:\t8\t[value is vf_num]\n\nStatus:\n"
            "\nAsics not support asymmetric time slice setting!\n");
  EXPECT_EQ(gim.write(gim_debug("asymmetric_timeslice"), "0,4000"), 0);  // nor did that
}

TEST(GimSlices, AreThoseOfTheCountUntilTheyAreSet) {
  GimHost gim({"amd-v710-gim"});
  const Place slices = gim_debug("asymmetric_timeslice");
  EXPECT_THAT(gim.read(slices), HasSubstr("VF0\t Inactive\t timeslice = -1 us\n"));
  EXPECT_EQ(gim.write(slices, "0,4000"), 0);  // one VF alone has no slices: nothing says so
  EXPECT_THAT(gim.read(slices), HasSubstr("timeslice = -1 us\n"));
  ASSERT_EQ(gim.reload("vf_num=3"), 0);
  EXPECT_THAT(gim.read(slices), HasSubstr("VF2\t Inactive\t timeslice = 5500 us\n"));
  EXPECT_EQ(gim.write(slices, "2,12000"), 0);
  EXPECT_THAT(gim.read(slices), HasSubstr("VF2\t Inactive\t timeslice = 12000 us\n"));
  for (const char* const bytes : {"2,150", "2,0", "2,1000100", "32,4000", "-1,4000", "1", "x"}) {
    EXPECT_EQ(gim.write(slices, bytes), EINVAL) << bytes;
  }
  EXPECT_EQ(gim.write(slices, "0"), 0);
  EXPECT_THAT(gim.read(slices), HasSubstr("VF2\t Inactive\t timeslice = 5500 us\n"));
}

TEST(GimSlices, AreThoseOfAVfInUseToo) {
  GimHost gim({"amd-v710-gim"});
  ASSERT_EQ(gim.reload("vf_num=2"), 0);
  gim.hold(0);
  EXPECT_EQ(gim.write(gim_debug("asymmetric_timeslice"), "0,3000"), 0);
  EXPECT_THAT(gim.read(gim_debug("asymmetric_timeslice")),
              HasSubstr("VF0\t Active\t timeslice = 3000 us\n"));
}

TEST(GimDebug, SaysWhatAGpuWasBroughtUpWith) {
  GimHost gim({"amd-v710-gim"});
  ASSERT_EQ(gim.reload("vf_num=4 sch_policy=2"), 0);
  EXPECT_EQ(gim.read(gim_debug("init_conf")),
            "Adapter[0000:03:00.0] init config:\n\ttotal_vf_num = 4\n\tflags = 0x428\n"
            "\tgfx_sched_mode = 2\n\tlog_level = 0x2\n\tlog_mask = 0xffffffff\n"
            "\tallow_time_full_access = 0\n\tfw_load_type = 1\n");
}

TEST(GimDebug, IsNotThereForAGpuThatIsBoundLater) {
  GimHost gim({"amd-v710-gim"});
  ASSERT_EQ(gim.write(pci::named(pci::kUnbind, "gim"), "0000:03:00.0"), 0);
  ASSERT_EQ(gim.write(pci::named(pci::kBind, "gim"), "0000:03:00.0"), 0);
  gim.wait(Milliseconds(1000));
  EXPECT_EQ(gim.counts(), "1");
  EXPECT_EQ(gim.read(gim_debug("init_conf")), "errno 2");
}

TEST(GimDebug, IsLockedOrAbsentAsTheHostHasIt) {
  const GimHost locked({"amd-v710-gim"}, {{"debugfs", "2"}});
  EXPECT_EQ(locked.read(gim_debug("asymmetric_fb")), "errno " + std::to_string(EPERM));
  const GimHost absent({"amd-v710-gim"}, {{"debugfs", "0"}});
  EXPECT_EQ(absent.read(gim_debug("asymmetric_fb")), "errno 2");
}

}  // namespace
}  // namespace vfmgr::test
