// SPDX-License-Identifier: Apache-2.0
// GPUs that are cut up in hardware or mix sizes, and those of which nobody can tell.
#include "vfmgr/place.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "backends/backend.hpp"
#include "backends/support/nvidia_lab.hpp"
#include "backends/support/refused.hpp"
#include "engine/compare.hpp"
#include "kernel/kernel.hpp"
#include "sim/tools.hpp"
#include "support/forwarding.hpp"
#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <sstream>
#include <string>
#include <vector>

namespace vfmgr::test::of_nvidia_cut {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string mig_file = "nvml:0000:03:00.0/mig";

std::string cut(const std::string& layout, const std::string& types) {
  return for_all("vfs = 2\n" + types + "[gpu.pf]\nmig = " + layout + "\n");
}

const std::string vf0_large = "[[gpu.vf]]\nindex = 0\nvgpu_type = \"H100XM-3-40C\"\n";
const std::string large_and_small =
    for_all("vfs = 2\nvgpu_type = \"H100XM-1-10C\"\n[gpu.pf]\nmig = [\"3g.40gb\", \"1g.10gb\"]\n") +
    vf0_large;

TEST(NvidiaMig, OnAndOffTakesTheVfsDownAndBringsThemBack) {
  NvidiaLab lab("nvidia-h100");
  lab.reach(for_all("vfs = 2\nvgpu_type = \"H100XM-20C\"\n"));
  const std::string before = lab.dump();
  lab.forget_writes();
  lab.reach(large_and_small);
  const std::vector<std::string> writes = lab.writes();
  const auto at = [&](const std::string& write) {
    const auto found = std::ranges::find(writes, write);
    EXPECT_NE(found, writes.end()) << write;
    return found - writes.begin();
  };
  EXPECT_LT(at(gpu_file("sriov_numvfs") + " = 0"), at(mig_file + " = on"));
  EXPECT_LT(at(mig_file + " = on"), at(gpu_file("sriov_numvfs") + " = 4"));
  EXPECT_LT(at(gpu_file("sriov_numvfs") + " = 4"), at(mig_file + " = create 3g.40gb 0"));
  EXPECT_EQ(lab.type(0), "1134");
  lab.reach(for_all("vfs = 2\nvgpu_type = \"H100XM-20C\"\n[gpu.pf]\nmig = \"off\"\n"));
  EXPECT_EQ(lab.dump(), before);
}

TEST(NvidiaMig, ThatCanNotBeIsRefusedAtItsLine) {
  NvidiaLab lab("nvidia-h100");
  for (const char* const layout : {R"(["3g.40gb", "3g.40gb", "3g.40gb"])",
                                   R"(["9g.90gb"])",
                                   R"(["4g.40gb", "4g.40gb"])",
                                   R"({ "1g.10gb" = 8 })"}) {
    const Error error = refused(lab, cut(layout, ""));
    EXPECT_EQ(exit_code(error), ExitCode::wrong_here) << layout;
    ASSERT_TRUE(error.spot) << layout;
    EXPECT_EQ(error.spot->line, 6U) << layout;
  }
}

TEST(NvidiaMig, RefusesTypesThatLiveInNoInstanceOrInNoneThatIsThere) {
  NvidiaLab lab("nvidia-h100");
  EXPECT_THAT(refused(lab, cut("[\"3g.40gb\"]", "vgpu_type = \"H100XM-20C\"\n")).why,
              HasSubstr("lives in no GPU instance"));
  EXPECT_EQ(refused(lab, cut("[\"1g.10gb\"]", vf0_large)).kind, ErrorKind::does_not_fit);
  EXPECT_THAT(refused(lab, for_all("vfs = 1\nvgpu_type = \"H100XM-3-40C\"\n")).help,
              HasSubstr("set mig = [\"3g.40gb\"]"));
}

TEST(NvidiaMig, KeepsTheInstanceOfAVgpuThatRuns) {
  NvidiaLab lab("nvidia-h100");
  lab.reach(large_and_small);
  lab.hold("0000:03:00.0/0");
  lab.forget_writes();
  lab.reach(for_all("vfs = 2\nvgpu_type = \"H100XM-2-20C\"\n[gpu.pf]\nmig = [\"3g.40gb\", "
                    "\"2g.20gb\"]\n") +
            vf0_large);
  EXPECT_THAT(lab.writes(), Not(Contains(HasSubstr("virtfn0"))));
  EXPECT_EQ(lab.type(0), "1134");
  EXPECT_EQ(lab.type(1), "1133");
}

TEST(NvidiaMig, IsNotTakenFromUnderAVm) {
  NvidiaLab lab("nvidia-h100");
  lab.reach(large_and_small);
  lab.hold("0000:03:00.0/0");
  lab.forget_writes();
  const auto report = lab.apply(for_all("vfs = 0\n[gpu.pf]\nmig = \"off\"\n"));
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::refused);
  EXPECT_THAT(lab.writes(), IsEmpty());
}

TEST(NvidiaMig, MendsAnInstanceThatIsHalfMade) {
  const NvidiaLab lab("nvidia-h100");
  const std::string one = cut("[\"3g.40gb\"]", vf0_large);
  lab.reach(cut("[]", ""));
  ASSERT_TRUE(
      sim::arm_fault(lab.file(), {.place = *parse_place(mig_file), .os_error = EIO, .half = true}));
  EXPECT_FALSE(lab.tries(mig_file, "create 3g.40gb 4"));
  ASSERT_THAT(lab.read(mig_file), HasSubstr("bare"));
  EXPECT_EQ(exit_code(*lab.check(one)), ExitCode::differs);
  lab.reach(one);
  EXPECT_THAT(lab.read(mig_file), Not(HasSubstr("bare")));
  EXPECT_EQ(lab.type(0), "1134");
}

TEST(NvidiaMig, GoesBackWhereAnInstanceIsMadeByHalf) {
  const NvidiaLab lab("nvidia-h100");
  lab.reach(cut("[]", ""));
  const std::string before = lab.dump();
  ASSERT_TRUE(
      sim::arm_fault(lab.file(), {.place = *parse_place(mig_file), .os_error = EIO, .half = true}));
  EXPECT_EQ(failed(lab, cut("[\"3g.40gb\"]", vf0_large)).result, Outcome::rolled_back);
  EXPECT_EQ(lab.dump(), before);
}

TEST(NvidiaSwitches, ThatNobodyCanTellAreRefusedWithTheReason) {
  for (const char* const key : {"heterogeneous = true", "mig = \"off\"", "mig = [\"3g.40gb\"]"}) {
    NvidiaLab lab("nvidia-h100", {{"no_nvml", "1"}}, without_nvml);
    const Error error = refused(lab, for_all("vfs = 2\n[gpu.pf]\n" + std::string(key) + "\n"));
    EXPECT_EQ(exit_code(error), ExitCode::wrong_here) << key;
    EXPECT_THAT(error.why, HasSubstr("NVIDIA's library")) << key;
    EXPECT_THAT(error.help, HasSubstr("libnvidia-ml.so.1")) << key;
  }
}

TEST(NvidiaSwitches, ThatAGpuLacksAreRefusedWithTheReason) {
  NvidiaLab lab;
  const Error error = refused(lab, for_all("vfs = 2\n[gpu.pf]\nmig = [\"3g.40gb\"]\n"));
  EXPECT_EQ(error.kind, ErrorKind::unsupported);
  EXPECT_THAT(error.why, HasSubstr("has no MIG"));
}

TEST(NvidiaSwitches, OfAGpuAwayFromItsDriverAreRefusedWithWhatBringsItBack) {
  NvidiaLab lab("nvidia-h100");
  lab.take_from_driver();
  EXPECT_THAT(refused(lab, for_all("vfs = 2\n[gpu.pf]\nmig = [\"3g.40gb\"]\n")).why,
              HasSubstr("only its driver 'nvidia' can tell"));
  ASSERT_TRUE(lab.teardown());
  lab.reach(large_and_small);
}

TEST(NvidiaWithoutNvml, DoesAllTheRest) {
  NvidiaLab lab("nvidia-l40s-vgpu", {{"no_nvml", "1"}}, without_nvml);
  const std::string toml =
      for_all("vfs = 2\nvgpu_type = \"L40S-8Q\"\nvgpu_params = \"disable_vnc=1\"\n");
  lab.reach(toml);
  EXPECT_EQ(exit_code(*lab.check(toml)), ExitCode::ok);
  EXPECT_EQ(lab.type(1), "1152");
  lab.forget_writes();
  lab.reach(toml);
  EXPECT_THAT(lab.writes(), IsEmpty());
  const auto report = lab.teardown();
  ASSERT_TRUE(report);
  EXPECT_EQ(exit_code(*report), ExitCode::ok);
  EXPECT_EQ(lab.vfs(), 0U);
}

/// Counts what is asked of NVML.
class CountingNvml final : public Forwarding {
 public:
  explicit CountingNvml(Kernel& beneath) : Forwarding(beneath) {}
  Result<std::string> read(const Place& place) const override {
    asked += place.in == In::nvml ? 1U : 0U;
    return Forwarding::read(place);
  }
  mutable unsigned asked = 0;
};

TEST(NvidiaCheck, AsksNvmlOnlyForWhatItAloneCanTell) {
  const NvidiaLab lab;
  const std::string plain = for_all("vfs = 2\nvgpu_type = \"L40S-8Q\"\n");
  lab.reach(plain);
  const auto door = lab.door();
  const auto asked = [&](const std::string& toml) {
    const CountingNvml counting(*door);
    const Profile wish = profile(toml);
    const auto report = compare(counting, shipped_backends(), {.profile = &wish.model()}, {});
    EXPECT_TRUE(report && exit_code(*report) == ExitCode::ok) << toml;
    return counting.asked;
  };
  EXPECT_EQ(asked(plain), 0U);
  EXPECT_GT(asked(plain + "[gpu.pf]\nheterogeneous = false\n"), 0U);
}

/// The driver's number of the instance at a place.
std::string number_of_instance(const NvidiaLab& lab, const std::string& start) {
  std::istringstream lines(lab.read("nvml:0000:03:00.0/instance_ids"));
  std::string id;
  std::string at;
  while (lines >> id >> at) {
    if (at == start) {
      return id;
    }
  }
  return "none";
}

TEST(GpuInstance, IsTheOneOfTheListInTheProfile) {
  const NvidiaLab lab("nvidia-rtx-pro-6000");
  const auto wish = [](const std::string& of_vf0, const std::string& of_vf1) {
    return cut(R"(["1g.24gb+gfx", "1g.24gb+gfx"])", "vgpu_type = \"DC-1-24Q\"\n") +
           "[[gpu.vf]]\nindex = 0\ngpu_instance = " + of_vf0 +
           "\n[[gpu.vf]]\nindex = 1\ngpu_instance = " + of_vf1 + "\n";
  };
  lab.reach(wish("1", "0"));
  EXPECT_EQ(lab.read(vgpu_file(0, "gpu_instance_id")), number_of_instance(lab, "3"));
  EXPECT_EQ(lab.read(vgpu_file(1, "gpu_instance_id")), number_of_instance(lab, "0"));
  EXPECT_NE(number_of_instance(lab, "0"), number_of_instance(lab, "3"));
}

TEST(GpuInstance, BeyondTheListIsRefusedWithHowManyThereAre) {
  NvidiaLab lab("nvidia-rtx-pro-6000");
  const Error fault = refused(lab,
                              for_all("vfs = 1\nvgpu_type = \"DC-1-24Q\"\ngpu_instance = 1\n"
                                      "[gpu.pf]\nmig = [\"1g.24gb+gfx\"]\n"));
  EXPECT_THAT(to_string(fault), HasSubstr("'mig' lists 1 instance"));
}

}  // namespace
}  // namespace vfmgr::test::of_nvidia_cut
