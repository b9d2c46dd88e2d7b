// SPDX-License-Identifier: Apache-2.0
// However a driver prints its types, and whatever our tables know of them.
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "backends/support/nvidia_lab.hpp"
#include "backends/support/refused.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace vfmgr::test::of_nvidia_lists {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string two = for_all(
    "vfs = 2\nvgpu_type = \"L40S-8Q\"\n[[gpu.vf]]\nindex = 1\nvgpu_type = \"at least 8GiB, "
    "series C\"\n");

/// The driver has a type that no table has, in place of L40S-8Q.
std::string with_new_type(std::string text) {
  text = with(std::move(text), "1152 NVIDIA L40S-8Q", "9152 NVIDIA L40S-10Q");
  return with(std::move(text), "1152:8:6:1:-:NVIDIA L40S-8Q", "9152:10:4:1:-:NVIDIA L40S-10Q");
}

TEST(NvidiaLists, OfEveryDriverLeadToTheSame) {
  std::vector<std::string> expected;
  for (const GpuFactTexts& facts : {GpuFactTexts{},
                                    GpuFactTexts{{"vgpu_list_format", "1"}},
                                    GpuFactTexts{{"vgpu_list_format", "2"}},
                                    GpuFactTexts{{"vgpu_old", "1"}},
                                    GpuFactTexts{{"vgpu_old", "1"}, {"vgpu_list_format", "2"}}}) {
    NvidiaLab lab("nvidia-l40s-vgpu", facts);
    lab.reach(two);
    const std::vector<std::string> writes = lab.writes();
    expected = expected.empty() ? writes : expected;
    EXPECT_EQ(writes, expected) << facts.size();
    EXPECT_EQ(lab.type(0), "1152");
    EXPECT_EQ(lab.type(1), "1181");
    lab.reach(two);
    EXPECT_THAT(lab.writes(), ElementsAre());
  }
}

TEST(NvidiaLists, NameTypesThatNoTableHas) {
  const NvidiaLab lab("nvidia-l40s-vgpu", {}, with_new_type);
  lab.reach(for_all("vfs = 1\nvgpu_type = \"L40S-10Q\"\n"));
  EXPECT_EQ(lab.type(0), "9152");
}

TEST(NvidiaLists, AreAskedBeforeACheckSaysThatSuchATypeIsThere) {
  const NvidiaLab lab("nvidia-l40s-vgpu", {}, with_new_type);
  const std::string toml = for_all("vfs = 1\nvgpu_type = \"L40S-10Q\"\n");
  lab.reach(toml);
  EXPECT_EQ(exit_code(*lab.check(toml)), ExitCode::ok);
  EXPECT_EQ(exit_code(*lab.check(for_all("vfs = 1\nvgpu_type = \"L40S-16Q\"\n"))),
            ExitCode::differs);
  lab.by_hand(vgpu_file(0, "current_vgpu_type"), "0");
  lab.by_hand(vgpu_file(0, "current_vgpu_type"), "1154");
  EXPECT_EQ(exit_code(*lab.check(toml)), ExitCode::differs);
  lab.reach(toml);
  EXPECT_EQ(lab.type(0), "9152");
}

TEST(NvidiaLists, NameThemWithoutNvmlOnceThereAreVfs) {
  for (const char* const format : {"0", "1", "2"}) {
    NvidiaLab lab("nvidia-l40s-vgpu",
                  {{"no_nvml", "1"}, {"vgpu_list_format", format}},
                  [](std::string text) { return without_nvml(with_new_type(std::move(text))); });
    const std::string new_type = for_all("vfs = 1\nvgpu_type = \"l40s-10q\"\n");
    static_cast<void>(refused(lab, new_type));
    lab.reach(for_all("vfs = 1\n"));
    lab.reach(new_type);
    EXPECT_EQ(lab.type(0), "9152") << format;
  }
}

TEST(NvidiaLists, AreAllThatIsKnownOfACardWithoutATable) {
  NvidiaLab lab("nvidia-l40s-vgpu", {{"no_nvml", "1"}}, [](std::string text) {
    text = with(std::move(text), "26b9", "26ff");
    return without_nvml(with(std::move(text), "L40S", "L99"));
  });
  const std::string wish = for_all("vfs = 2\nvgpu_type = \"L99-8Q\"\n");
  EXPECT_THAT(refused(lab, wish).help, HasSubstr("ask for 'vfs' first"));
  lab.reach(for_all("vfs = 2\n"));
  lab.reach(wish);
  EXPECT_EQ(lab.type(1), "1152");
  EXPECT_THAT(refused(lab, for_all("vfs = 2\nvgpu_type = \"L40S-8Q\"\n")).help,
              HasSubstr("it has: L99-8Q, L99-8A, L99-8C"));
}

}  // namespace
}  // namespace vfmgr::test::of_nvidia_lists
