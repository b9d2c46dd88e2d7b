// SPDX-License-Identifier: Apache-2.0
// By which words a profile means a vGPU type, and what is said where it means none.
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "backends/support/nvidia_lab.hpp"
#include "backends/support/refused.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace vfmgr::test::of_nvidia_types {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string one(const std::string& type) {
  return for_all("vfs = 1\nvgpu_type = \"" + type + "\"\n");
}

TEST(NvidiaType, IsMeantByEachOfItsNamesAndBySize) {
  for (const char* const name : {"NVIDIA L40S-8Q",
                                 "L40S-8Q",
                                 "l40s-8q",
                                 "nvidia l40s-8Q",
                                 "1152",
                                 "at least 8GiB, series Q",
                                 "at least 6500MiB, series Q"}) {
    const NvidiaLab lab;
    lab.reach(one(name));
    EXPECT_EQ(lab.type(0), "1152") << name;
    EXPECT_EQ(lab.type(1), "0") << name;
  }
}

TEST(NvidiaType, OfNoneOrTheDriversOwnChoiceIsTakenOff) {
  for (const char* const word : {"none", "default"}) {
    NvidiaLab lab;
    lab.reach(one("L40S-8Q"));
    lab.forget_writes();
    lab.reach(one(word));
    EXPECT_THAT(lab.writes(), ElementsAre(typed(0, 0))) << word;
  }
}

TEST(NvidiaType, OfAnyIsLeftToWhoStartsTheVm) {
  NvidiaLab lab;
  lab.reach(one("any"));
  EXPECT_EQ(lab.type(0), "0");
  lab.by_hand(vgpu_file(0, "current_vgpu_type"), "1156");
  lab.by_hand(vgpu_file(0, "vgpu_params"), "disable_vnc=1");
  lab.forget_writes();
  EXPECT_EQ(exit_code(*lab.check(one("any"))), ExitCode::ok);
  lab.reach(one("any"));
  EXPECT_THAT(lab.writes(), IsEmpty());
}

TEST(NvidiaType, OfNoSuchNameIsRefusedWithTheNearestAndWithAll) {
  NvidiaLab lab;
  const Error error = refused(lab, one("L4OS-48C"));
  EXPECT_EQ(exit_code(error), ExitCode::wrong_here);
  EXPECT_EQ(error.value, "L4OS-48C");
  EXPECT_THAT(error.help, HasSubstr("did you mean \"L40S-48C\"?"));
  EXPECT_THAT(error.help, HasSubstr("L40S-48C"));
  ASSERT_TRUE(error.spot);
  EXPECT_EQ(error.spot->line, 5U);
}

TEST(NvidiaType, IsNotGuessedAmongSeveralThatAreEquallyNear) {
  NvidiaLab lab;
  const Error error = refused(lab, one("L40S-8R"));
  EXPECT_THAT(error.help, Not(HasSubstr("did you mean")));
  EXPECT_THAT(error.help, HasSubstr("L40S-8Q"));
}

TEST(NvidiaType, OfAnotherCardIsNoneOfThisOne) {
  NvidiaLab lab;
  for (const char* const name : {"A40-8Q", "562", "NVIDIA A40-8Q"}) {
    const Error error = refused(lab, one(name));
    EXPECT_EQ(error.kind, ErrorKind::unsupported) << name;
    EXPECT_EQ(error.why, "no such vGPU type on this GPU") << name;
  }
}

TEST(NvidiaType, OfASizeThatNothingHasIsRefused) {
  NvidiaLab lab;
  for (const char* const wish : {"at least 49GiB, series Q", "at least 4GiB, series B"}) {
    const Error error = refused(lab, one(wish));
    EXPECT_EQ(error.kind, ErrorKind::unsupported) << wish;
    EXPECT_THAT(error.why, HasSubstr("series and size")) << wish;
  }
}

TEST(NvidiaTypes, OfTwoSizesNeedMixedSizeMode) {
  NvidiaLab lab;
  const std::string keys =
      "vfs = 2\nvgpu_type = \"L40S-8Q\"\n[[gpu.vf]]\nindex = 1\nvgpu_type = \"L40S-16Q\"\n";
  const Error error = refused(lab, for_all(keys));
  EXPECT_EQ(error.kind, ErrorKind::does_not_fit);
  EXPECT_THAT(error.help, HasSubstr("heterogeneous = true"));
  ASSERT_TRUE(error.spot);
  EXPECT_EQ(error.spot->line, 8U);
  lab.reach(for_all(keys + "[gpu.pf]\nheterogeneous = true\n"));
  EXPECT_EQ(lab.type(0), "1152");
  EXPECT_EQ(lab.type(1), "1154");
}

TEST(NvidiaTypes, OfOneSizeMayBeOfSeveralSeries) {
  const NvidiaLab lab;
  lab.reach(
      for_all("vfs = 2\nvgpu_type = \"L40S-8Q\"\n[[gpu.vf]]\nindex = 1\nvgpu_type = "
              "\"L40S-8C\"\n"));
  EXPECT_EQ(lab.type(1), "1181");
}

TEST(NvidiaTypes, AreRefusedWhereOneIsTooManyWithHowManyFit) {
  NvidiaLab lab;
  const Error error = refused(lab, for_all("vfs = 4\nvgpu_type = \"L40S-24Q\"\n"));
  EXPECT_EQ(exit_code(error), ExitCode::wrong_here);
  EXPECT_EQ(error.kind, ErrorKind::does_not_fit);
  EXPECT_THAT(error.why, AllOf(HasSubstr("vf2"), HasSubstr("at most 2")));
  EXPECT_THAT(error.also, IsEmpty());  // vf3 is the same line's
  lab.reach(for_all("vfs = 2\nvgpu_type = \"L40S-24Q\"\n"));
}

TEST(NvidiaTypes, AreRefusedEachOnceAtItsLine) {
  NvidiaLab lab;
  const Error error = refused(lab,
                              for_all("vfs = 4\nvgpu_type = \"L40S-7Q\"\nvf_driver = \"vfio-pci\"\n"
                                      "[[gpu.vf]]\nindex = 3\nvgpu_type = \"A40-4Q\"\n"));
  std::vector<unsigned> lines{error.spot ? error.spot->line : 0};
  for (const Error& other : error.also) {
    lines.push_back(other.spot ? other.spot->line : 0);
  }
  EXPECT_THAT(lines, ::testing::UnorderedElementsAre(5, 6, 9));
}

TEST(NvidiaVfDriver, IsTheDriversOwnByEachOfItsNames) {
  NvidiaLab lab;
  lab.reach(one("L40S-8Q"));
  lab.forget_writes();
  for (const char* const name : {"host", "auto", "nvidia"}) {
    lab.reach(one("L40S-8Q") + "vf_driver = \"" + name + "\"\n");
    EXPECT_THAT(lab.writes(), IsEmpty()) << name;
  }
}

TEST(NvidiaVfDriver, OfNoneIsForVfsWithoutAType) {
  NvidiaLab lab;
  lab.reach(for_all("vfs = 2\nvf_driver = \"none\"\n"));
  EXPECT_EQ(lab.vfs(), 4U);
  EXPECT_EQ(lab.type(0), "errno 2");  // it is on no driver
  EXPECT_EQ(exit_code(*lab.check(for_all("vfs = 2\nvf_driver = \"none\"\n"))), ExitCode::ok);
  const Error error = refused(lab, one("L40S-8Q") + "vf_driver = \"none\"\n");
  EXPECT_EQ(error.kind, ErrorKind::unsupported);
  EXPECT_EQ(error.help, "leave vf_driver out");
  lab.reach(one("L40S-8Q") + "vf_driver = \"auto\"\n");
  EXPECT_EQ(lab.type(0), "1152");
}

TEST(NvidiaVfDriver, ForVmsThatTakeWholeVfsIsRefused) {
  NvidiaLab lab;
  const Error error = refused(lab, for_all("vfs = 1\nvf_driver = \"vfio-pci\"\n"));
  EXPECT_EQ(exit_code(error), ExitCode::wrong_here);
  EXPECT_THAT(error.why, HasSubstr("takes it from 'nvidia'"));
  ASSERT_TRUE(error.spot);
  EXPECT_EQ(error.spot->line, 5U);
}

}  // namespace
}  // namespace vfmgr::test::of_nvidia_types
