// SPDX-License-Identifier: Apache-2.0
// GPUs that somebody left on the way, and ways that end badly.
#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "backends/support/nvidia_lab.hpp"
#include "backends/support/refused.hpp"
#include "kernel/errors.hpp"
#include "sim/tools.hpp"
#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::test::of_nvidia_stranded {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string gpu_name = "0000:03:00.0";
const std::string two = for_all("vfs = 2\nvgpu_type = \"L40S-8Q\"\n");

void with_new_id(const NvidiaLab& lab) {
  lab.take_from_driver();
  lab.by_hand("module:pci-pf-stub", "load");
  lab.by_hand("sys:bus/pci/drivers/pci-pf-stub/new_id", "10de 26b9");  // as older scripts do
  ASSERT_EQ(lab.pf_driver(), "pci-pf-stub");
}

const std::vector<std::function<void(const NvidiaLab&)>> ways_to_strand{
    [](const NvidiaLab& lab) { lab.take_from_driver(); },
    [](const NvidiaLab& lab) { lab.leave_on_stub(0); },
    [](const NvidiaLab& lab) { lab.leave_on_stub(4); },
    with_new_id,
    [](const NvidiaLab& lab) {
      with_new_id(lab);
      lab.by_hand(gpu_file("sriov_numvfs"), "4");
    },
};

TEST(NvidiaStranded, IsAFindingThatSaysWhatMendsIt) {
  for (const auto& strand : ways_to_strand) {
    const NvidiaLab lab;
    strand(lab);
    const auto inventory = lab.open().inventory({});
    ASSERT_TRUE(inventory) << to_string(inventory.error());
    ASSERT_EQ(inventory->gpus.front().findings.size(), 1U);
    EXPECT_THAT(inventory->gpus.front().findings.front().what,
                HasSubstr("instead of its driver 'nvidia'"));
    EXPECT_THAT(inventory->gpus.front().findings.front().help, HasSubstr("teardown"));
    EXPECT_EQ(inventory->gpus.front().backend, "nvidia-vfio");
  }
}

TEST(NvidiaStranded, IsMendedByItsProfile) {
  for (std::size_t way = 0; way < ways_to_strand.size(); ++way) {
    const NvidiaLab lab;
    ways_to_strand[way](lab);
    EXPECT_EQ(exit_code(*lab.check(two)), ExitCode::differs) << way;
    const auto report = lab.apply(two, {.adopt = true});
    ASSERT_TRUE(report) << to_string(report.error());
    EXPECT_EQ(exit_code(*report), ExitCode::ok) << way;
    EXPECT_EQ(lab.pf_driver(), "nvidia") << way;
    EXPECT_EQ(lab.type(1), "1152") << way;
    EXPECT_EQ(lab.read(gpu_file("driver_override")), "(null)") << way;
  }
}

TEST(NvidiaStranded, IsMendedByATeardown) {
  for (std::size_t way = 0; way < ways_to_strand.size(); ++way) {
    const NvidiaLab lab;
    ways_to_strand[way](lab);
    const auto report = lab.teardown({.adopt = true});
    ASSERT_TRUE(report) << to_string(report.error());
    EXPECT_EQ(exit_code(*report), ExitCode::ok) << way;
    EXPECT_EQ(lab.pf_driver(), "nvidia") << way;
    EXPECT_EQ(lab.vfs(), 0U) << way;
  }
}

TEST(NvidiaDaemons, ThatAreDeadAreNamedAndTheGpuGoesBack) {
  const NvidiaLab lab("nvidia-l40s-vgpu", {{"vgpu_never", "1"}});
  lab.by_hand("module:pci-pf-stub", "load");  // a run leaves what it loads
  const std::string before = lab.dump();
  const UnitReport unit = failed(lab, two);
  EXPECT_EQ(unit.result, Outcome::rolled_back);
  EXPECT_EQ(exit_code(unit), ExitCode::failed);
  EXPECT_THAT(unit.error->help, AllOf(HasSubstr("nvidia-vgpud"), HasSubstr("nvidia-vgpu-mgr")));
  EXPECT_EQ(lab.dump(), before);
}

TEST(NvidiaIommu, ThatIsMissingIsToldBeforeAnyWrite) {
  NvidiaLab lab("nvidia-l40s-vgpu", {}, [](std::string text) {
    text = with(std::move(text), "hidden:functions/" + gpu_name + "/vf_groups = 17\n", "");
    const std::size_t at = text.find(gpu_name + "/iommu_group -> ");
    const std::size_t line = text.rfind('\n', at) + 1;
    return text.erase(line, text.find('\n', at) + 1 - line);
  });
  const Error error = refused(lab, two);
  EXPECT_EQ(exit_code(error), ExitCode::wrong_here);
  EXPECT_THAT(error.why, HasSubstr("no IOMMU"));
  EXPECT_THAT(error.help, HasSubstr("intel_iommu=on"));
}

TEST(NvidiaTool, IsUsedWhereItIsAndIsBelievedByItsVfsAlone) {
  NvidiaLabWithTool lab;
  const auto report = apply_with(
      lab,
      two,
      [](const Place&, std::string_view) {},
      [](const Place& place, Result<void> written) {
        return place.in == In::program ? Result<void>(fail(kernel_error(place, EIO)))
                                       : std::move(written);
      });
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::ok);
  EXPECT_THAT(lab.writes().front(), HasSubstr("sriov-manage = -e"));
  EXPECT_EQ(lab.type(1), "1152");
}

TEST(NvidiaTool, ThatEndsWellWithoutVfsHasFailed) {
  const NvidiaLabWithTool lab(GpuFactTexts{{"tool_lies", "1"}});
  lab.by_hand("module:pci-pf-stub", "load");
  const std::string before = lab.dump();
  const UnitReport unit = failed(lab, two);
  EXPECT_EQ(unit.result, Outcome::rolled_back);
  EXPECT_EQ(lab.dump(), before);
}

TEST(NvidiaTool, ThatDiesOnTheWayLeavesNothingBehind) {
  const NvidiaLabWithTool lab(GpuFactTexts{{"tool_dies", "1"}});
  lab.by_hand("module:pci-pf-stub", "load");
  const std::string before = lab.dump();
  const UnitReport unit = failed(lab, two);
  EXPECT_EQ(unit.result, Outcome::rolled_back);
  EXPECT_EQ(lab.pf_driver(), "nvidia");
  EXPECT_EQ(lab.dump(), before);
}

TEST(NvidiaTool, ThatDoesNotGetTheLockSaysWhoMayHaveTheGpu) {
  const NvidiaLabWithTool lab;
  const std::string before = lab.dump();
  const auto report = apply_with(lab, two, [&lab](const Place& place, std::string_view) {
    if (place.in == In::program) {
      ASSERT_TRUE(sim::hold_vf(lab.file(), gpu_name, 4711, ""));
    }
  });
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(report->units.front().result, Outcome::rolled_back);
  ASSERT_TRUE(report->units.front().error);
  EXPECT_THAT(report->units.front().error->help, HasSubstr("open"));
  ASSERT_TRUE(sim::release_vf(lab.file(), gpu_name));
  EXPECT_EQ(lab.dump(), before);
}

}  // namespace
}  // namespace vfmgr::test::of_nvidia_stranded
