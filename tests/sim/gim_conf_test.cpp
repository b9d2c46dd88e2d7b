// SPDX-License-Identifier: Apache-2.0
// /etc/gim_config as AMD's GIM reads and writes it: gim_shim/gim_config.c of
// amd/MxGPU-Virtualization 8.0.0.K.
#include "sim/support/gim.hpp"
#include "sim/support/host.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace vfmgr::test {
namespace {

const std::vector<std::string> kPlain{"amd-v710-gim", "amd-v710-gim"};

std::string text_of(const std::string& vfs, int accelerator, int memory) {
  return "vf_num=" + vfs + "\naccelerator_partition_mode=" + std::to_string(accelerator) +
         "\nmemory_partition_mode=" + std::to_string(memory) + "\n";
}

TEST(GimConf, IsMadeWhereItIsMissingWithPartitionModesThatMeanNone) {
  const GimHost gim(kPlain);
  EXPECT_EQ(gim.file(), text_of("1", 9, 9));
}

TEST(GimConf, DecidesWhereNoArgumentDoes) {
  GimHost gim(kPlain);
  gim.set_file("vf_num=3,5\n");
  ASSERT_EQ(gim.reload(""), 0);
  EXPECT_EQ(gim.counts(), "3 5");
  EXPECT_EQ(gim.file(), text_of("3,5", 0, 0));
  ASSERT_EQ(gim.reload("vf_num=2"), 0);
  EXPECT_EQ(gim.counts(), "2 2");
}

TEST(GimConf, KeepsTheEndOfALongerTextWhichTheNextLoadChokesOn) {
  GimHost gim(kPlain);
  gim.set_file(text_of("3,5", 8, 4));
  ASSERT_EQ(gim.reload("vf_num=3"), 0);
  EXPECT_EQ(gim.file(), text_of("3", 8, 4) + "4\n");
  // "4" is no key: the file is cut, and all in it is forgotten.
  ASSERT_EQ(gim.reload(""), 0);
  EXPECT_EQ(gim.counts(), "1 1");
  EXPECT_EQ(gim.file(), text_of("1", 0, 0));
}

TEST(GimConf, LosesPartitionModesOnceAnArgumentSaysAnotherCount) {
  GimHost gim(kPlain);
  gim.set_file(text_of("8", 8, 4));
  ASSERT_EQ(gim.reload("vf_num=8"), 0);
  EXPECT_EQ(gim.file(), text_of("8", 8, 4));
  ASSERT_EQ(gim.reload("vf_num=8,8"), 0);  // the same for each GPU
  EXPECT_EQ(gim.file(), text_of("8,8", 8, 4));
  ASSERT_EQ(gim.reload("vf_num=4,8"), 0);
  EXPECT_EQ(gim.file(), text_of("4,8", 0, 0));
}

TEST(GimConf, IsCutForAKeyOfTheOldDriverOrOneThatIsNotKept) {
  GimHost gim(kPlain);
  for (const std::string line : {"fb_option=0\n", "power_saving_mode=1\n", "7\n", "bp_mode 2"}) {
    gim.set_file("vf_num=4\n" + line + "memory_partition_mode=4\n");
    ASSERT_EQ(gim.reload(""), 0);
    EXPECT_EQ(gim.counts(), "1 1") << line;
    EXPECT_EQ(gim.file(), text_of("1", 0, 0)) << line;
  }
}

TEST(GimConf, IsCutWithoutTheValueBehindAKeyThatIsNotKeptEither) {
  GimHost gim(kPlain);
  gim.set_file("vf_num=4\nbp_mode");  // it ends before the value, so nobody looks
  ASSERT_EQ(gim.reload(""), 0);
  EXPECT_EQ(gim.counts(), "4 4");
}

TEST(GimConf, MayHaveOptionsForEachGpuAlthoughItNeverKeepsThem) {
  GimHost gim(kPlain);
  gim.set_file("sch_policy=3\nguard=0,1\nvf_num=4\n");
  ASSERT_EQ(gim.reload(""), 0);
  EXPECT_EQ(gim.counts(), "4 4");
  EXPECT_EQ(gim.file().substr(0, 9), "vf_num=4\n");
}

TEST(GimConf, TakesAnythingThatBeginsWithAKeyInAnyCase) {
  GimHost gim(kPlain);
  gim.set_file("VF_NUMBER = 2,4");
  ASSERT_EQ(gim.reload(""), 0);
  EXPECT_EQ(gim.counts(), "2 4");
}

TEST(GimConf, MakesOneVfOfWhatIsNoNumberOrOutOfRange) {
  GimHost gim(kPlain);
  gim.set_file("vf_num=99,x,\n");
  ASSERT_EQ(gim.reload(""), 0);
  EXPECT_EQ(gim.counts(), "1 1");
  EXPECT_EQ(gim.file(), text_of("1,1,1", 0, 0));
  gim.set_file("vf_num=2\nmemory_partition_mode=10\naccelerator_partition_mode=8\n");
  ASSERT_EQ(gim.reload(""), 0);
  EXPECT_EQ(gim.file().substr(0, gim.file().find("memory")),
            "vf_num=2\naccelerator_partition_mode=8\n");
  EXPECT_EQ(gim.counts(), "2 2");
}

}  // namespace
}  // namespace vfmgr::test
