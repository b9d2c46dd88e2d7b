// SPDX-License-Identifier: Apache-2.0
// vGPUs on VFs through `nvidia/`: the rules of open-gpu-kernel-modules kernel_vgpu_mgr.c (595), the
// files and errnos that were seen with driver 580 (bigstack-oss/cubecos issue 312), and NVIDIA's
// vGPU user guide 17.
#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "sim/support/host.hpp"
#include "sim/support/nvidia.hpp"
#include "sim/tools.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>

namespace vfmgr::test {
namespace {

using testing::HasSubstr;

// Types of an L40S.
constexpr std::uint32_t k1Q = 1147;
constexpr std::uint32_t k4Q = 1150;
constexpr std::uint32_t k8Q = 1152;
constexpr std::uint32_t k24Q = 1155;
constexpr std::uint32_t k48Q = 1156;
constexpr std::uint32_t k4A = 1160;

constexpr const char* kHeader = "ID    : vGPU Name\n";
constexpr const char* kOf4GiB = "1150 1160 1179";
constexpr const char* kOf24GiB = "1155 1165 1184";

class NvidiaVgpu : public testing::Test {
 protected:
  void SetUp() override { l40s.enable(32); }
  NvidiaHost l40s{"nvidia-l40s-vgpu"};
};

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

TEST(NvidiaVgpuFiles, ComeLateAndOnlyWhileGpuAndVfAreOnTheDriver) {
  NvidiaHost l40s("nvidia-l40s-vgpu", {{"vgpu_late_ms", "700"}});
  l40s.to_stub();
  ASSERT_EQ(l40s.write(pci::of(pci::kNumVfs, gpu()), "2"), 0);
  EXPECT_EQ(driver_of(l40s.kernel(), address("0000:03:00.4")), "nvidia");
  l40s.wait(Milliseconds(5000));
  EXPECT_EQ(l40s.read(l40s.vf(0, "current_vgpu_type")), "errno 2");
  l40s.to_nvidia();
  l40s.wait(Milliseconds(699));
  EXPECT_EQ(l40s.read(l40s.vf(1, "current_vgpu_type")), "errno 2");
  l40s.wait(Milliseconds(1));
  EXPECT_EQ(l40s.read(l40s.vf(1, "current_vgpu_type")), "0\n");
  ASSERT_EQ(l40s.write(pci::named(pci::kUnbind, "nvidia"), "0000:03:00.4"), 0);
  EXPECT_EQ(l40s.read(l40s.vf(0, "current_vgpu_type")), "errno 2");
  ASSERT_EQ(l40s.write(pci::named(pci::kBind, "nvidia"), "0000:03:00.4"), 0);
  EXPECT_EQ(l40s.read(l40s.vf(0, "current_vgpu_type")), "errno 2");
  l40s.wait(Milliseconds(700));
  EXPECT_EQ(l40s.read(l40s.vf(0, "current_vgpu_type")), "0\n");
}

TEST(NvidiaVgpuFiles, NeverComeWhileTheDaemonIsDead) {
  NvidiaHost l40s("nvidia-l40s-vgpu", {{"vgpu_never", "1"}});
  l40s.enable(2);
  l40s.wait(Milliseconds(60'000));
  EXPECT_EQ(l40s.read(l40s.vf(0, "creatable_vgpu_types")), "errno 2");
}

TEST(NvidiaVgpuFiles, AreThreeOnOlderDrivers) {
  NvidiaHost l40s("nvidia-l40s-vgpu", {{"vgpu_old", "1"}});
  l40s.enable(1);
  const auto names = l40s.kernel().list(in_function(address("0000:03:00.4"), "nvidia"));
  EXPECT_THAT(names.value(),
              testing::ElementsAre("creatable_vgpu_types", "current_vgpu_type", "vgpu_params"));
}

TEST_F(NvidiaVgpu, HasNoPlaceAndNoInstanceToReadWhileThereIsNone) {
  EXPECT_EQ(l40s.read(l40s.vf(0, "current_vgpu_type")), "0\n");
  EXPECT_EQ(l40s.read(l40s.vf(0, "gpu_instance_id")), "errno 6");
  EXPECT_EQ(l40s.read(l40s.vf(0, "placement_id")), "errno 6");
  EXPECT_EQ(l40s.write(l40s.vf(0, "placement_id"), "0"), ENXIO);
  EXPECT_EQ(l40s.read(l40s.vf(0, "vgpu_params")), "");
  EXPECT_EQ(l40s.read(l40s.vf(0, "warm_update")), "0\n");
  EXPECT_EQ(l40s.write(l40s.vf(0, "creatable_vgpu_types"), "1"), EACCES);
  ASSERT_EQ(l40s.type(0, k4Q), 0);
  EXPECT_EQ(l40s.read(l40s.vf(0, "current_vgpu_type")), "1150\n");
  EXPECT_EQ(l40s.read(l40s.vf(0, "placement_id")), "0\n");
  EXPECT_EQ(l40s.read(l40s.vf(0, "gpu_instance_id")), "4294967295\n");
}

TEST_F(NvidiaVgpu, ListsAllTypesBehindAHeaderAndNothingOnAVfThatHasOne) {
  const std::string list = l40s.read(l40s.vf(0, "creatable_vgpu_types"));
  EXPECT_TRUE(list.starts_with(std::string(kHeader) + "1145  : NVIDIA L40S-1B\n")) << list;
  EXPECT_THAT(list, HasSubstr("\n1156  : NVIDIA L40S-48Q\n"));
  EXPECT_EQ(lines_of(list), 1U + 30U);
  ASSERT_EQ(l40s.type(0, k4Q), 0);
  EXPECT_EQ(l40s.read(l40s.vf(0, "creatable_vgpu_types")), kHeader);
}

TEST(NvidiaVgpuLists, HaveNoHeaderOrTheNameFirstOnOtherDrivers) {
  NvidiaHost plain("nvidia-l40s-vgpu", {{"vgpu_list_format", "1"}});
  plain.enable(1);
  EXPECT_TRUE(plain.read(plain.vf(0, "creatable_vgpu_types")).starts_with("1145  : NVIDIA L40S-"));
  NvidiaHost guide("nvidia-l40s-vgpu", {{"vgpu_list_format", "2"}});
  guide.enable(1);
  EXPECT_THAT(guide.read(guide.vf(0, "creatable_vgpu_types")),
              HasSubstr("\nNVIDIA L40S-4Q  1150\n"));
  for (NvidiaHost* const one : {&plain, &guide}) {
    ASSERT_EQ(one->type(0, k4Q), 0);
    EXPECT_EQ(one->read(one->vf(0, "creatable_vgpu_types")), "");
  }
}

TEST_F(NvidiaVgpu, TheFirstDecidesTheSizeOfAllOthers) {
  ASSERT_EQ(l40s.type(0, k4Q), 0);
  EXPECT_EQ(l40s.creatable(1), kOf4GiB);
  EXPECT_EQ(l40s.type(1, k8Q), EIO);
  EXPECT_EQ(l40s.read(l40s.vf(1, "current_vgpu_type")), "0\n");
  EXPECT_EQ(l40s.type(1, k4A), 0);
  ASSERT_EQ(l40s.type(0, 0), 0);
  EXPECT_EQ(l40s.creatable(0), kOf4GiB);
  ASSERT_EQ(l40s.type(1, 0), 0);
  EXPECT_THAT(l40s.creatable(0), HasSubstr("1152"));
}

TEST_F(NvidiaVgpu, NoMoreFitThanTheTypeAllows) {
  ASSERT_EQ(l40s.type(0, k24Q), 0);
  EXPECT_EQ(l40s.creatable(31), kOf24GiB);
  ASSERT_EQ(l40s.type(7, k24Q), 0);
  EXPECT_EQ(l40s.read(l40s.vf(31, "creatable_vgpu_types")), kHeader);
  EXPECT_EQ(l40s.type(31, k24Q), EIO);
}

TEST_F(NvidiaVgpu, RefusesWhatItCannotReadOrDoesNotKnow) {
  EXPECT_EQ(l40s.write(l40s.vf(0, "current_vgpu_type"), "L40S-4Q"), EINVAL);
  EXPECT_EQ(l40s.write(l40s.vf(0, "current_vgpu_type"), "-1"), EINVAL);
  EXPECT_EQ(l40s.type(0, 1), EIO);
  EXPECT_EQ(l40s.type(0, 0), EIO);  // there is nothing to delete
  EXPECT_EQ(l40s.write(l40s.vf(0, "current_vgpu_type"), "0x47e\n"), 0);
  EXPECT_EQ(l40s.read(l40s.vf(0, "current_vgpu_type")), "1150\n");
}

TEST_F(NvidiaVgpu, IsClearedBeforeAnotherTakesItsPlace) {
  ASSERT_EQ(l40s.type(0, k4Q), 0);
  EXPECT_EQ(l40s.type(0, k4Q), EIO);
  EXPECT_EQ(l40s.type(0, k4A), EIO);
  EXPECT_EQ(l40s.read(l40s.vf(0, "current_vgpu_type")), "1150\n");
  ASSERT_EQ(l40s.type(0, 0), 0);
  EXPECT_EQ(l40s.type(0, k48Q), 0);
}

TEST_F(NvidiaVgpu, TakesParametersAndLosesThemWithItself) {
  const Place params = l40s.vf(0, "vgpu_params");
  EXPECT_EQ(l40s.write(params, "disable_vnc=1"), EIO);
  ASSERT_EQ(l40s.type(0, k4Q), 0);
  ASSERT_EQ(l40s.write(params, "frame_rate_limiter=0, disable_vnc=1\n"), 0);
  EXPECT_EQ(l40s.read(params), "frame_rate_limiter=0, disable_vnc=1\n");
  EXPECT_EQ(l40s.write(params, std::string(1025, 'x')), EINVAL);
  EXPECT_EQ(l40s.read(params), "frame_rate_limiter=0, disable_vnc=1\n");
  EXPECT_EQ(l40s.write(params, std::string(1024, 'x')), 0);
  EXPECT_EQ(l40s.write(params, " "), 0);
  EXPECT_EQ(l40s.read(params), "");
  ASSERT_EQ(l40s.write(params, "enable_uvm=1"), 0);
  ASSERT_EQ(l40s.type(0, 0), 0);
  EXPECT_EQ(l40s.read(params), "");
  ASSERT_EQ(l40s.type(0, k4Q), 0);
  EXPECT_EQ(l40s.read(params), "");
}

TEST_F(NvidiaVgpu, StandsInTheFirstFreePlaceAndMovesToAnother) {
  ASSERT_EQ(l40s.type(0, k8Q), 0);
  ASSERT_EQ(l40s.type(1, k8Q), 0);
  EXPECT_EQ(l40s.read(l40s.vf(1, "placement_id")), "8\n");
  EXPECT_EQ(l40s.write(l40s.vf(1, "placement_id"), "0"), EIO);
  EXPECT_EQ(l40s.write(l40s.vf(1, "placement_id"), "20"), EIO);
  EXPECT_EQ(l40s.write(l40s.vf(1, "placement_id"), "8"), 0);
  EXPECT_EQ(l40s.write(l40s.vf(1, "placement_id"), "40"), 0);
  EXPECT_EQ(l40s.read(l40s.vf(1, "placement_id")), "40\n");
  EXPECT_EQ(l40s.write(l40s.vf(1, "gpu_instance_id"), "1"), EIO);  // without MIG there is none
  ASSERT_EQ(l40s.type(2, k8Q), 0);
  EXPECT_EQ(l40s.read(l40s.vf(2, "placement_id")), "8\n");
}

TEST(NvidiaVgpuPlaces, AreNotReportedForEqualSizesBeforeAda) {
  NvidiaHost a40("nvidia-a40");
  a40.enable(32);
  ASSERT_EQ(a40.type(0, 557), 0);
  EXPECT_EQ(a40.read(a40.vf(0, "placement_id")), "Not Applicable\n");
  EXPECT_EQ(a40.write(a40.vf(0, "placement_id"), "0"), EIO);
}

TEST_F(NvidiaVgpu, HalfAWriteOfATypeHasMadeIt) {
  const Place type = l40s.vf(0, "current_vgpu_type");
  const auto half = [&] {
    return sim::arm_fault(l40s.host().file(), {.place = type, .os_error = EINTR, .half = true});
  };
  ASSERT_TRUE(half().has_value());
  EXPECT_EQ(l40s.type(0, k4Q), EINTR);
  EXPECT_EQ(l40s.read(type), "1150\n");
  ASSERT_EQ(l40s.write(l40s.vf(0, "vgpu_params"), "enable_uvm=1"), 0);
  ASSERT_TRUE(half().has_value());
  EXPECT_EQ(l40s.type(0, 0), EINTR);
  EXPECT_EQ(l40s.read(type), "1150\n");
  EXPECT_EQ(l40s.read(l40s.vf(0, "vgpu_params")), "");
}

TEST_F(NvidiaVgpu, IsAVfioDeviceWithoutChangingItsDriver) {
  const Place group{.in = In::dev, .path = "vfio/17"};
  const Place folder = in_function(address("0000:03:00.4"), "vfio-dev");
  EXPECT_FALSE(sim::hold_vf(l40s.host().file(), "0000:03:00.0/0", 7, "web").has_value());
  EXPECT_EQ(l40s.read(group), "errno 2");
  ASSERT_EQ(l40s.type(0, k4Q), 0);
  EXPECT_EQ(l40s.read(group), "");
  EXPECT_THAT(l40s.kernel().list(folder).value(), testing::ElementsAre("vfio17"));
  ASSERT_TRUE(sim::hold_vf(l40s.host().file(), "0000:03:00.0/0", 7, "web").has_value());
  const std::array nodes{group};
  ASSERT_EQ(l40s.kernel().openers(nodes).seen.size(), 1U);
  EXPECT_EQ(l40s.kernel().openers(nodes).seen.front().pid, 7);
  EXPECT_EQ(l40s.kernel().hold(group).error().os_error, EBUSY);
  ASSERT_TRUE(sim::release_vf(l40s.host().file(), "0000:03:00.0/0").has_value());
  ASSERT_EQ(l40s.type(0, 0), 0);
  EXPECT_EQ(l40s.read(group), "errno 2");
  EXPECT_FALSE(l40s.kernel().list(folder).has_value());
}

TEST_F(NvidiaVgpu, UnderAVmKeepsTheLockButNotItself) {
  ASSERT_EQ(l40s.type(0, k4Q), 0);
  ASSERT_TRUE(sim::hold_vf(l40s.host().file(), "0000:03:00.0/0", 7, "web").has_value());
  EXPECT_EQ(l40s.write(unbind_lock(), "1"), 0);
  EXPECT_EQ(l40s.read(unbind_lock()), "0\n");
  EXPECT_EQ(l40s.write(pci::named(pci::kUnbind, "nvidia"), "0000:03:00.4"), EINPROGRESS);
  ASSERT_TRUE(sim::release_vf(l40s.host().file(), "0000:03:00.0/0").has_value());
  EXPECT_EQ(driver_of(l40s.kernel(), address("0000:03:00.4")), "");
  // Nothing asks whether a VM has it before it goes.
  ASSERT_EQ(l40s.type(1, k4Q), 0);
  ASSERT_TRUE(sim::hold_vf(l40s.host().file(), "0000:03:00.0/1", 7, "web").has_value());
  EXPECT_EQ(l40s.type(1, 0), 0);
  EXPECT_EQ(l40s.read(l40s.vf(1, "current_vgpu_type")), "0\n");
}

TEST_F(NvidiaVgpu, GoesWithItsVfsDriverAndMakesRoomForOthers) {
  ASSERT_EQ(l40s.type(0, k48Q), 0);
  EXPECT_EQ(l40s.creatable(1), "");
  ASSERT_EQ(l40s.write(pci::named(pci::kUnbind, "nvidia"), "0000:03:00.4"), 0);
  EXPECT_THAT(l40s.creatable(1), HasSubstr("1156"));
}

TEST_F(NvidiaVgpu, GoesWithTheDriverOfItsGpu) {
  ASSERT_EQ(l40s.type(0, k1Q), 0);
  ASSERT_EQ(l40s.write(l40s.vf(0, "vgpu_params"), "enable_uvm=1"), 0);
  l40s.to_stub();
  EXPECT_EQ(vf_count(l40s.kernel(), gpu()), "32");
  EXPECT_EQ(l40s.read(l40s.vf(0, "current_vgpu_type")), "errno 2");
  l40s.to_nvidia();
  l40s.wait(Milliseconds(200));
  EXPECT_EQ(l40s.read(l40s.vf(0, "current_vgpu_type")), "0\n");
  EXPECT_EQ(l40s.read(l40s.vf(0, "vgpu_params")), "");
}

}  // namespace
}  // namespace vfmgr::test
