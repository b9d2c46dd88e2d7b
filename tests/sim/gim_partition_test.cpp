// SPDX-License-Identifier: Apache-2.0
// Compute and memory partitions under AMD's GIM: libgv/core/hw/AI/mi300/mi300_nbio.c, mi300_psp.c,
// mi300_gpumon.c, libgv/core/amdgv_gpumon.c and gim_shim/sysfs/gim_monitor.c of
// amd/MxGPU-Virtualization 8.0.0.K.
#include "vfmgr/place.hpp"

#include "sim/support/gim.hpp"
#include "sim/support/host.hpp"
#include "sim/tools.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <vector>

namespace vfmgr::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kNps = "memory_partition_mode";
constexpr const char* kProfile = "accelerator_partition_profile";
const std::vector<std::string> kPair{"amd-mi300x", "amd-mi300x"};

TEST(GimPartition, TakesTheDefaultModeOfTheCountAndKeepsTheMemory) {
  GimHost gim({"amd-mi300x"});
  const auto at_load = [&gim](const std::string& vfs) {
    EXPECT_EQ(gim.reload("vf_num=" + vfs), 0);
    return gim.counts() + " " + gim.nps(0) + " " + gim.profile(0) + " " +
           gim.show(0, "spatial_partition_mode");
  };
  EXPECT_EQ(at_load("1"), "1 NPS1 SPX SPX\n");
  EXPECT_EQ(at_load("2"), "2 NPS1 DPX DPX\n");
  EXPECT_EQ(at_load("4"), "4 NPS1 QPX QPX\n");
  EXPECT_EQ(at_load("8"), "8 NPS1 CPX CPX\n");
}

TEST(GimPartition, HasNoModeForOtherCountsSoTheGpuDoesNotComeUp) {
  GimHost gim({"amd-mi300x"});
  for (const std::string vfs : {"3", "5", "6", "7"}) {
    ASSERT_EQ(gim.reload("vf_num=" + vfs), 0);
    EXPECT_EQ(gim.counts(), "0") << vfs;
    EXPECT_EQ(gim.show(0, kNps), "errno 2") << vfs;
    EXPECT_EQ(driver_of(gim.kernel(), gpu()), "gim") << vfs;
  }
}

TEST(GimPartition, ShowsWhatTheGpuIsCutIntoAsTheDriverPrintsIt) {
  GimHost gim({"amd-mi300x"});
  EXPECT_EQ(gim.show(0, kProfile),
            "profile_index       profile_type        num_of_partitions   num_of_resources    "
            "resource_index_in_resource_profiles\n"
            "0                   SPX                 1                   2                   "
            "[[3 7 ]]\n");
  EXPECT_THAT(gim.show(0, "accelerator_partition_profile_config"),
              HasSubstr("\n4                   DECODER             1                   2        "
                        "           \n"));
  EXPECT_THAT(gim.show(0, "accelerator_partition_profile_config"),
              HasSubstr("\n1                   CPX                 8                   "
                        "NPS1 NPS4           2                   [[0 4 ][0 4 ]"));
  EXPECT_EQ(gim.show(0, "memory_partition_config"), "NPS1 NPS4 \n");
  EXPECT_EQ(gim.show(0, "spatial_partition_caps"), "num_xcc=8 num_sdma=16 num_vcn=4 num_jpeg=8\n");
  EXPECT_EQ(gim.show(0, kNps),
            "memory_partition_mode: NPS1\nnuma_count: 1\n"
            "NUMA0 type=128 start=0x0000000000000000 end=0x0000002fffffffff\n");
  ASSERT_EQ(gim.store(0, kNps, "nps4"), 0);
  EXPECT_THAT(gim.show(0, kNps), HasSubstr("numa_count: 4\nNUMA0 type=128 start=0x0000"));
  EXPECT_THAT(gim.show(0, kNps), HasSubstr("NUMA3 type=128 start=0x0000002400000000 "));
}

TEST(GimPartition, CountsProfilesAnewForEachCountOfVfs) {
  GimHost gim({"amd-mi300x"});
  const auto index_of_cpx = [&gim] {
    const std::string text = gim.show(0, "accelerator_partition_profile_config");
    const std::string profiles = text.substr(text.find("profiles:\n", text.find("\nprofiles:")));
    return profiles.substr(profiles.find("CPX") - 20, 1);
  };
  EXPECT_EQ(index_of_cpx(), "1");
  ASSERT_EQ(gim.reload("vf_num=8"), 0);
  EXPECT_EQ(index_of_cpx(), "0");
}

TEST(GimPartition, ChangesForTheWholeHiveAndIsKept) {
  GimHost gim(kPair);
  ASSERT_EQ(gim.reload("vf_num=8"), 0);
  ASSERT_EQ(gim.store(1, kNps, "NPS4\n"), 0);
  EXPECT_EQ(gim.nps(0), "NPS4");
  EXPECT_EQ(gim.nps(1), "NPS4");
  EXPECT_EQ(gim.file(), "vf_num=8\naccelerator_partition_mode=8\nmemory_partition_mode=4\n");
  ASSERT_EQ(gim.reload("vf_num=8"), 0);
  EXPECT_EQ(gim.nps(0), "NPS4");
}

TEST(GimPartition, ChangesForOneGpuThatIsInNoHive) {
  GimHost gim(kPair, {{"xgmi_hive", ""}});
  ASSERT_EQ(gim.store(0, kNps, "NPS4"), 0);
  EXPECT_EQ(gim.nps(0), "NPS4");
  EXPECT_EQ(gim.nps(1), "NPS1");
}

TEST(GimPartition, ChoosesTheDefaultComputeModeWithTheMemoryMode) {
  GimHost gim({"amd-mi300x"});
  ASSERT_EQ(gim.store(0, kProfile, "1"), 0);
  EXPECT_EQ(gim.profile(0), "CPX");
  ASSERT_EQ(gim.store(0, kNps, "NPS4"), 0);
  EXPECT_EQ(gim.profile(0), "CPX");
  ASSERT_EQ(gim.store(0, kProfile, "0"), 0);  // SPX does not go with NPS4: nothing says so
  EXPECT_EQ(gim.profile(0), "CPX");
  ASSERT_EQ(gim.store(0, kNps, "NPS1"), 0);
  EXPECT_EQ(gim.profile(0), "SPX");
}

TEST(GimPartition, TakesNps8ForNps4AndRefusesWordsAlone) {
  GimHost gim({"amd-mi300x"});
  EXPECT_EQ(gim.store(0, kNps, "NPS3"), EINVAL);
  EXPECT_EQ(gim.store(0, kNps, "4"), EINVAL);
  EXPECT_EQ(gim.store(0, kNps, " \n"), EINVAL);
  EXPECT_EQ(gim.store(0, kProfile, "CPX"), EINVAL);
  EXPECT_EQ(gim.store(0, kNps, "NPS2"), 0);  // MI300 has none: nothing says so
  EXPECT_EQ(gim.nps(0), "NPS1");
  EXPECT_EQ(gim.store(0, kNps, "Nps8 and more"), 0);
  EXPECT_EQ(gim.nps(0), "NPS4");
  EXPECT_EQ(gim.store(0, kProfile, "7"), 0);  // there is none
  EXPECT_EQ(gim.profile(0), "CPX");
}

TEST(GimPartition, HasNoNps4WithTwoVfs) {
  GimHost gim({"amd-mi300x"});
  ASSERT_EQ(gim.reload("vf_num=2"), 0);
  EXPECT_EQ(gim.store(0, kNps, "NPS4"), 0);
  EXPECT_EQ(gim.nps(0), "NPS1");
  EXPECT_EQ(gim.profile(0), "DPX");
}

TEST(GimPartition, StaysSilentlyWhileAnyVfOfTheHiveIsInUse) {
  GimHost gim(kPair);
  ASSERT_EQ(gim.reload("vf_num=4"), 0);
  gim.hold(2);
  const std::string before = gim.host().dump();
  EXPECT_EQ(gim.store(1, kNps, "NPS4"), 0);
  EXPECT_EQ(gim.store(1, kProfile, "1"), 0);
  EXPECT_EQ(gim.host().dump(), before);
  gim.release(2);
  EXPECT_EQ(gim.store(1, kProfile, "1"), 0);
  EXPECT_EQ(gim.profile(0), "CPX");
}

TEST(GimPartition, ReachesOneGpuOfTheHiveWhereHalfOfItHappens) {
  GimHost gim(kPair);
  const Place place = in_function(GimHost::gpu(1), kNps);
  ASSERT_TRUE(sim::arm_fault(gim.host().file(), {.place = place, .os_error = EIO, .half = true})
                  .has_value());
  EXPECT_EQ(gim.write(place, "NPS4"), EIO);
  EXPECT_EQ(gim.nps(0) + gim.nps(1), "NPS4NPS1");
}

TEST(GimPartition, ComesBackAsSavedWhenTheDriverIsLoaded) {
  GimHost gim(kPair);
  gim.set_file("vf_num=8\naccelerator_partition_mode=8\nmemory_partition_mode=4\n");
  ASSERT_EQ(gim.reload(""), 0);
  EXPECT_EQ(gim.nps(0) + gim.nps(1), "NPS4NPS4");
  // Another count in an argument: NPS1, since no mode is saved any more.
  ASSERT_EQ(gim.reload("vf_num=4"), 0);
  EXPECT_EQ(gim.nps(0) + gim.nps(1) + gim.profile(0), "NPS1NPS1QPX");
}

TEST(GimPartition, ComesBackInTheFirstHiveThatDiffersAlone) {
  GimHost gim(kPair, {{"xgmi_hive", "2"}});
  gim.set_file("vf_num=8\naccelerator_partition_mode=8\nmemory_partition_mode=4\n");
  ASSERT_EQ(gim.reload(""), 0);
  EXPECT_EQ(gim.nps(0) + gim.nps(1), "NPS4NPS1");
  // Driver and hardware do not agree there, and then no profile is set.
  EXPECT_EQ(gim.store(1, kNps, "NPS4"), 0);
  EXPECT_EQ(gim.nps(1), "NPS4");
}

TEST(GimPartition, IsSomethingThatOtherGpusSayTheyHaveNotInASentence) {
  GimHost gim({"amd-v710-gim"});
  for (const std::string leaf : {"memory_partition_mode",
                                 "memory_partition_config",
                                 "spatial_partition_mode",
                                 "spatial_partition_caps",
                                 "accelerator_partition_profile",
                                 "accelerator_partition_profile_config"}) {
    EXPECT_THAT(gim.show(0, leaf), testing::StartsWith("failed to get ")) << leaf;
  }
  EXPECT_EQ(gim.store(0, kNps, "NPS4"), 0);
  EXPECT_EQ(gim.show(0, kNps), "failed to get current mp mode\n");
}

TEST(GimReset, HappensWhenAFileIsRead) {
  const GimHost gim({"amd-mi300x"});
  EXPECT_THAT(gim.host().dump(), Not(HasSubstr("/resets = ")));
  EXPECT_EQ(gim.show(0, "reset_gpu"), "dev(0000:03:00.0) reset completed\n");
  EXPECT_THAT(gim.host().dump(), HasSubstr("hidden:functions/0000:03:00.0/resets = 1\n"));
  EXPECT_EQ(gim.show(0, "reset_gpu"), "dev(0000:03:00.0) reset completed\n");
  EXPECT_THAT(gim.host().dump(), HasSubstr("hidden:functions/0000:03:00.0/resets = 2\n"));
  // Looking at the others, or at this one in the dump, does nothing.
  EXPECT_EQ(gim.show(0, "self_switch"), "0\n");
  EXPECT_THAT(gim.host().dump(), HasSubstr("/resets = 2\n"));
}

TEST(GimSwitch, IsSetForOneGpuOrForAll) {
  GimHost gim(kPair);
  const Place all{.in = In::sys, .path = "bus/pci/drivers/gim/self_switch"};
  EXPECT_EQ(gim.store(1, "self_switch", "1"), 0);
  EXPECT_EQ(gim.read(all), "Adapter[0000:03:00.0] : 0\nAdapter[0000:04:00.0] : 1\n");
  EXPECT_EQ(gim.write(all, "off"), EINVAL);
  EXPECT_EQ(gim.write(all, "2"), 0);
  EXPECT_EQ(gim.show(0, "self_switch"), "1\n");
  const Place reset{.in = In::sys, .path = "bus/pci/drivers/gim/force_hot_reset"};
  EXPECT_EQ(gim.write(reset, "2"), 0);
  EXPECT_EQ(gim.write(reset, "3"), 0);
  EXPECT_EQ(gim.read(reset), "Adapter[0000:03:00.0] : 2\nAdapter[0000:04:00.0] : 2\n");
}

}  // namespace
}  // namespace vfmgr::test
