// SPDX-License-Identifier: Apache-2.0
// What is there as a profile: applying it writes nothing, and brings it all back.
#include "vfmgr/manager.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "backends/support/nvidia_lab.hpp"
#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vfmgr::test::of_nvidia_export {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string text_of(const Lab& lab) {
  const auto text = lab.open().export_toml({});
  EXPECT_TRUE(text) << to_string(text.error());
  return text.value_or("");
}

/// Reaches it, and what is exported then changes nothing and brings it back after a teardown.
std::string expect_round_trip(NvidiaLab& lab, const std::string& toml) {
  lab.reach(toml);
  const std::string text = text_of(lab);
  lab.forget_writes();
  const std::string before = lab.dump();
  const auto check = lab.check(text);
  EXPECT_TRUE(check && exit_code(*check) == ExitCode::ok) << text;
  lab.reach(text);
  EXPECT_THAT(lab.writes(), IsEmpty()) << text;
  const auto gone = lab.teardown();
  EXPECT_TRUE(gone && exit_code(*gone) == ExitCode::ok);
  EXPECT_EQ(lab.vfs(), 0U);
  lab.reach(text);
  EXPECT_EQ(lab.dump(), before) << text;
  return text;
}

TEST(NvidiaExport, OfEqualSizes) {
  NvidiaLab lab;
  const std::string text = expect_round_trip(
      lab,
      for_all("vfs = 3\nvgpu_type = \"L40S-8Q\"\n"
              "[[gpu.vf]]\nindex = 1\nvgpu_type = \"L40S-8A\"\nvgpu_params = \"disable_vnc=1\"\n"));
  EXPECT_THAT(text, HasSubstr("vgpu_type = \"NVIDIA L40S-8Q\""));
  EXPECT_THAT(text, HasSubstr("vgpu_params = \"disable_vnc=1\""));
}

TEST(NvidiaExport, OfMixedSizes) {
  NvidiaLab lab;
  const std::string text =
      expect_round_trip(lab,
                        for_all("vfs = 3\nvgpu_type = \"L40S-8Q\"\n[gpu.pf]\nheterogeneous = true\n"
                                "[[gpu.vf]]\nindex = 1\nvgpu_type = \"L40S-16Q\"\n"));
  EXPECT_THAT(text, HasSubstr("heterogeneous = true"));
}

TEST(NvidiaExport, OfPlacesThatWereAskedFor) {
  NvidiaLab lab;
  expect_round_trip(lab,
                    for_all("vfs = 2\nvgpu_type = \"L40S-8Q\"\n[gpu.pf]\nheterogeneous = true\n"
                            "[[gpu.vf]]\nindex = 0\nplacement = 40\n"));
}

TEST(NvidiaExport, OfAGpuThatIsCutUp) {
  NvidiaLab lab("nvidia-h100");
  const std::string text =
      expect_round_trip(lab,
                        for_all("vfs = 3\nvgpu_type = \"H100XM-1-10C\"\n"
                                "[gpu.pf]\nmig = [\"3g.40gb\", \"1g.10gb\", \"1g.10gb\"]\n"
                                "[[gpu.vf]]\nindex = 0\nvgpu_type = \"H100XM-3-40C\"\n"));
  EXPECT_THAT(text, HasSubstr("mig = "));
}

TEST(NvidiaExport, OfVfsWithoutVgpusOrDriver) {
  NvidiaLab lab;
  expect_round_trip(lab, for_all("vfs = 2\nvf_driver = \"none\"\n"));
  NvidiaLab bare;
  expect_round_trip(bare, for_all("vfs = 2\n"));
}

}  // namespace
}  // namespace vfmgr::test::of_nvidia_export
