// SPDX-License-Identifier: Apache-2.0
// What a restart of the driver takes away is named, and brought back by the same profile.
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "backends/support/nvidia_lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace vfmgr::test::of_nvidia_reload {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string gpu_name = "0000:03:00.0";

struct Story {
  std::string model, toml;
};

/// One of each way to cut a GPU up.
const std::vector<Story> stories{
    {"nvidia-l40s-vgpu",
     for_all("vfs = 3\nvgpu_type = \"L40S-8Q\"\nvgpu_params = \"disable_vnc=1\"\n")},
    {"nvidia-l40s-vgpu",
     for_all("vfs = 2\nvgpu_type = \"L40S-8Q\"\n[gpu.pf]\nheterogeneous = true\n"
             "[[gpu.vf]]\nindex = 1\nvgpu_type = \"L40S-16Q\"\n")},
    {"nvidia-h100",
     for_all("vfs = 2\nvgpu_type = \"H100XM-1-10C\"\n[gpu.pf]\nmig = [\"3g.40gb\", \"1g.10gb\"]\n"
             "[[gpu.vf]]\nindex = 0\nvgpu_type = \"H100XM-3-40C\"\n")},
};

void reload(const NvidiaLab& lab) {
  lab.by_hand("module:nvidia", "unload");
  lab.by_hand("module:nvidia", "load");
}

void rebind(const NvidiaLab& lab) {
  lab.take_from_driver();
  lab.by_hand("sys:bus/pci/drivers/nvidia/bind", gpu_name);
}

void expect_brought_back(const Story& story, const std::function<void(const NvidiaLab&)>& restart) {
  const NvidiaLab lab(story.model);
  lab.reach(story.toml);
  EXPECT_EQ(exit_code(*lab.check(story.toml)), ExitCode::ok);
  const std::string before = lab.dump();
  restart(lab);
  const auto check = lab.check(story.toml);
  ASSERT_TRUE(check) << to_string(check.error());
  EXPECT_EQ(exit_code(*check), ExitCode::differs);
  EXPECT_THAT(check->differences, Not(IsEmpty()));
  lab.reach(story.toml);
  EXPECT_EQ(lab.dump(), before) << story.toml;
  EXPECT_EQ(exit_code(*lab.check(story.toml)), ExitCode::ok);
}

TEST(NvidiaRestart, OfTheModuleIsMadeGood) {
  for (const Story& story : stories) {
    expect_brought_back(story, reload);
  }
}

TEST(NvidiaRestart, OfTheGpuAloneIsMadeGood) {
  for (const Story& story : stories) {
    expect_brought_back(story, rebind);
  }
}

TEST(NvidiaRestart, ThatTookTheVfsIsMadeGood) {
  const NvidiaLab lab("nvidia-a16", {{"rebind_drops_vfs", "1"}});
  const std::string toml = for_all("vfs = 2\nvgpu_type = \"A16-8Q\"\n");
  lab.reach(toml);
  rebind(lab);
  ASSERT_EQ(lab.vfs(), 0U);
  EXPECT_EQ(exit_code(*lab.check(toml)), ExitCode::differs);
  lab.reach(toml);
  EXPECT_EQ(lab.type(1), "714");
}

TEST(NvidiaRestart, ThatLeftTheVfsTakesThemDownForNothing) {
  NvidiaLab lab;
  lab.reach(stories[0].toml);
  rebind(lab);
  lab.forget_writes();
  lab.reach(stories[0].toml);
  for (const std::string& write : lab.writes()) {
    EXPECT_THAT(write, Not(::testing::HasSubstr("sriov_numvfs")));
  }
}

}  // namespace
}  // namespace vfmgr::test::of_nvidia_reload
