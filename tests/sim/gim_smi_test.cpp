// SPDX-License-Identifier: Apache-2.0
// The count of VFs as AMD's library for hosts changes it: smi-lib/drv/core/smi_drv_cmd.c,
// libgv/core/amdgv_api_internal.c and amdgv_vfmgr.c of amd/MxGPU-Virtualization 8.0.0.K.
#include "vfmgr/place.hpp"

#include "sim/support/gim.hpp"
#include "sim/support/host.hpp"
#include "sim/tools.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <string>

namespace vfmgr::test {
namespace {

using testing::HasSubstr;

const Place kCount{.in = In::amdsmi, .path = "0000:03:00.0/num_vf"};
const Place kMost{.in = In::amdsmi, .path = "0000:03:00.0/num_vf_supported"};

TEST(GimSmi, ChangesTheCountWhileTheDriverRuns) {
  GimHost gim({"amd-v710-gim", "amd-v710-gim"});
  EXPECT_EQ(gim.read(kCount), "1\n");
  EXPECT_EQ(gim.read(kMost), "12\n");
  const std::string file = gim.file();
  ASSERT_EQ(gim.write(kCount, "6"), 0);
  EXPECT_EQ(gim.counts(), "6 1");
  EXPECT_EQ(gim.read(kCount), "6\n");
  EXPECT_EQ(gim.file(), file);  // nothing keeps it
  ASSERT_EQ(gim.reload(""), 0);
  EXPECT_EQ(gim.counts(), "1 1");
}

TEST(GimSmi, RefusesNoneTooManyAndVfsInUse) {
  GimHost gim({"amd-v710-gim"});
  EXPECT_EQ(gim.write(kCount, "0"), EINVAL);
  EXPECT_EQ(gim.write(kCount, "13"), EINVAL);
  EXPECT_EQ(gim.write(kCount, "many"), EINVAL);
  gim.hold(0);
  EXPECT_EQ(gim.write(kCount, "13"), EBUSY);  // what is asked first
  EXPECT_EQ(gim.write(kCount, "1"), EBUSY);
  EXPECT_EQ(gim.counts(), "1");
}

TEST(GimSmi, TakesVfsFromTheirDriversAlsoWhereSomeStay) {
  GimHost gim({"amd-v710-gim"});
  gim.hold(0);
  gim.release(0);
  EXPECT_EQ(driver_of(gim.kernel(), address("0000:03:02.0")), "vfio-pci");
  ASSERT_EQ(gim.write(kCount, "1"), 0);  // the same: they stay
  EXPECT_EQ(driver_of(gim.kernel(), address("0000:03:02.0")), "vfio-pci");
  ASSERT_EQ(gim.write(kCount, "2"), 0);
  EXPECT_EQ(driver_of(gim.kernel(), address("0000:03:02.0")), "");
}

TEST(GimSmi, MakesHalfOfThemWhereHalfOfItHappens) {
  GimHost gim({"amd-v710-gim"});
  ASSERT_TRUE(sim::arm_fault(gim.host().file(), {.place = kCount, .os_error = EIO, .half = true})
                  .has_value());
  EXPECT_EQ(gim.write(kCount, "8"), EIO);
  EXPECT_EQ(gim.counts(), "4");
}

TEST(GimSmi, DealsMemoryOutAnewAlsoForTheSameCountAndKeepsBlocksOfVfsThatHaveGone) {
  GimHost gim({"amd-v710-gim"});
  ASSERT_EQ(gim.reload("vf_num=4"), 0);
  ASSERT_EQ(gim.write(gim_debug("asymmetric_fb"), "1,4096"), 0);
  ASSERT_EQ(gim.write(kCount, "4"), 0);
  EXPECT_THAT(gim.read(gim_debug("asymmetric_fb")), HasSubstr("VF1 - inactive - 7040MB\n"));
  ASSERT_EQ(gim.write(kCount, "2"), 0);
  EXPECT_THAT(gim.read(gim_debug("asymmetric_fb")), HasSubstr("VF1 - inactive - 14080MB\n"));
  // What the list had of VF 2 and 3 nobody takes out of it.
  EXPECT_THAT(gim.read(gim_debug("asymmetric_fb")), HasSubstr("VF3 - inactive - 7040MB\n"));
}

TEST(GimSmi, LeavesAnMi300InAModeThatNoProfileOfTheNewCountHas) {
  GimHost gim({"amd-mi300x"});
  ASSERT_EQ(gim.write(kCount, "8"), 0);
  EXPECT_EQ(gim.show(0, "spatial_partition_mode"), "CPX\n");
  EXPECT_EQ(gim.profile(0), "failed to get current accelerator partition profile\n");
  EXPECT_EQ(gim.store(0, "accelerator_partition_profile", "0"), 0);
  EXPECT_EQ(gim.profile(0), "failed to get current accelerator partition profile\n");
  // Only the memory mode brings one, and only when it is another one.
  ASSERT_EQ(gim.store(0, "memory_partition_mode", "NPS1"), 0);
  EXPECT_EQ(gim.profile(0), "failed to get current accelerator partition profile\n");
  ASSERT_EQ(gim.store(0, "memory_partition_mode", "NPS4"), 0);
  EXPECT_EQ(gim.profile(0), "CPX");
  ASSERT_EQ(gim.store(0, "memory_partition_mode", "NPS1"), 0);
  EXPECT_EQ(gim.profile(0), "CPX");
}

TEST(GimSmi, IsThereOnHostsWithTheLibraryAndWhileTheDriverIs) {
  GimHost without({"amd-v710-gim"}, {{"amdsmi", ""}});
  EXPECT_EQ(without.read(kCount), "errno 2");
  GimHost gim({"amd-v710-gim"});
  ASSERT_EQ(gim.unload(), 0);
  EXPECT_EQ(gim.read(kCount), "errno 2");
}

}  // namespace
}  // namespace vfmgr::test
