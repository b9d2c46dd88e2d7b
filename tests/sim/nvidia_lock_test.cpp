// SPDX-License-Identifier: Apache-2.0
// The way of an NVIDIA GPU to the stub and back, and what stops it: open-gpu-kernel-modules
// kernel-open/nvidia/nv-procfs.c and nv-pci.c (595), and what users of sriov-manage report.
#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "sim/support/host.hpp"
#include "sim/support/nvidia.hpp"
#include "sim/tools.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <string>

namespace vfmgr::test {
namespace {

const Place unbind_nvidia = pci::named(pci::kUnbind, "nvidia");
const Place node{.in = In::dev, .path = "nvidia0"};

TEST(NvidiaLock, IsThereOnAFreshHostAndComesLateAfterABind) {
  NvidiaHost gpu_host("nvidia-l40s-vgpu");
  EXPECT_EQ(gpu_host.read(unbind_lock()), "0\n");
  EXPECT_EQ(gpu_host.read({.in = In::proc, .path = "driver/nvidia/gpus/0000:03:00.0/information"}),
            "Model: \t\t NVIDIA L40S\nGPU UUID: \t GPU-5e000000-0000-4000-8000-000000000000\n"
            "Device Minor: \t 0\n");
  EXPECT_EQ(gpu_host.read({.in = In::sys, .path = "module/nvidia_vgpu_vfio/initstate"}), "live\n");
  gpu_host.to_stub();
  EXPECT_EQ(gpu_host.read(unbind_lock()), "errno 2");
  EXPECT_EQ(gpu_host.read(node), "");  // a program makes it, and it stays
  gpu_host.to_nvidia();
  EXPECT_EQ(gpu_host.read(unbind_lock()), "errno 2");
  gpu_host.wait(Milliseconds(49));
  EXPECT_EQ(gpu_host.read(unbind_lock()), "errno 2");
  gpu_host.wait(Milliseconds(1));
  EXPECT_EQ(gpu_host.read(unbind_lock()), "0\n");
  EXPECT_EQ(gpu_host.read(node), "");
}

TEST(NvidiaLock, TakesNumbersAndIsGivenBackByZero) {
  NvidiaHost gpu_host("nvidia-l40s-vgpu");
  EXPECT_EQ(gpu_host.write(unbind_lock(), "yes"), EINVAL);
  EXPECT_EQ(gpu_host.write(unbind_lock(), "1\n"), 0);
  EXPECT_EQ(gpu_host.read(unbind_lock()), "1\n");
  EXPECT_EQ(gpu_host.write(unbind_lock(), "0"), 0);
  EXPECT_EQ(gpu_host.read(unbind_lock()), "0\n");
}

TEST(NvidiaLock, SilentlyIsNotHadWhileAProgramHasTheGpuOpen) {
  NvidiaHost gpu_host("nvidia-l40s-vgpu", {{"nvidia_client", "4711"}});
  EXPECT_EQ(gpu_host.write(unbind_lock(), "1"), 0);
  EXPECT_EQ(gpu_host.read(unbind_lock()), "0\n");
  const std::array nodes{node};
  const Openers openers = gpu_host.kernel().openers(nodes);
  ASSERT_EQ(openers.seen.size(), 1U);
  EXPECT_EQ(openers.seen.front().pid, 4711);
  EXPECT_EQ(openers.seen.front().node, node);
  ASSERT_TRUE(sim::release_vf(gpu_host.host().file(), "0000:03:00.0").has_value());
  EXPECT_TRUE(gpu_host.kernel().openers(nodes).seen.empty());
  EXPECT_EQ(gpu_host.write(unbind_lock(), "1"), 0);
  EXPECT_EQ(gpu_host.read(unbind_lock()), "1\n");
  EXPECT_FALSE(sim::hold_vf(gpu_host.host().file(), "0000:03:00.0", 9, "").has_value());
}

TEST(NvidiaLock, WithoutItAnUnbindWaitsForWhoHasTheGpuOpen) {
  NvidiaHost gpu_host("nvidia-l40s-vgpu");
  ASSERT_TRUE(sim::hold_vf(gpu_host.host().file(), "0000:03:00.0", 4711, "").has_value());
  EXPECT_EQ(gpu_host.write(pci::named(pci::kModule, "nvidia"), "unload"), EBUSY);
  EXPECT_EQ(gpu_host.write(unbind_nvidia, "0000:03:00.0"), EINPROGRESS);
  EXPECT_EQ(driver_of(gpu_host.kernel(), gpu()), "");
  EXPECT_EQ(gpu_host.read(node), "");
  ASSERT_TRUE(sim::release_vf(gpu_host.host().file(), "0000:03:00.0").has_value());
  EXPECT_EQ(gpu_host.read(node), "");
  EXPECT_EQ(gpu_host.write(pci::named(pci::kBind, "nvidia"), "0000:03:00.0"), 0);
}

TEST(NvidiaLock, ADriverThatDoesNotWaitLetsItsGpuGo) {
  NvidiaHost gpu_host("nvidia-l40s-vgpu", {{"nvidia_client", "1"}, {"hangs_unlocked", "0"}});
  EXPECT_EQ(gpu_host.write(unbind_nvidia, "0000:03:00.0"), 0);
}

TEST(NvidiaVfs, CantBeMadeOnItsDriverAndStayWhenTheGpuComesBack) {
  NvidiaHost gpu_host("nvidia-l40s-vgpu");
  EXPECT_EQ(gpu_host.write(pci::of(pci::kNumVfs, gpu()), "32"), ENOENT);
  gpu_host.enable(32);
  EXPECT_EQ(vf_count(gpu_host.kernel(), gpu()), "32");
  EXPECT_EQ(driver_of(gpu_host.kernel(), address("0000:03:00.4")), "nvidia");
  EXPECT_EQ(gpu_host.write(pci::of(pci::kNumVfs, gpu()), "0"), ENOENT);
}

TEST(NvidiaVfs, GoWithTheGpuWhereTheVgpuHalfTakesThemAlong) {
  NvidiaHost gpu_host("nvidia-l40s-vgpu", {{"rebind_drops_vfs", "1"}});
  gpu_host.enable(4);
  EXPECT_EQ(vf_count(gpu_host.kernel(), gpu()), "4");
  gpu_host.to_stub();
  EXPECT_EQ(vf_count(gpu_host.kernel(), gpu()), "0");
}

TEST(NvidiaVfs, AreLeftAloneWhileTheirGpuIsAwayOnOlderBranches) {
  NvidiaHost gpu_host("nvidia-l40s-vgpu", {{"vf_needs_home", "1"}});
  gpu_host.enable(2);
  EXPECT_EQ(driver_of(gpu_host.kernel(), address("0000:03:00.4")), "");
  EXPECT_EQ(gpu_host.write(pci::named(pci::kDriversProbe, ""), "0000:03:00.4"), 0);
  EXPECT_EQ(driver_of(gpu_host.kernel(), address("0000:03:00.4")), "nvidia");
  EXPECT_EQ(gpu_host.read(gpu_host.vf(0, "current_vgpu_type")), "errno 2");
  gpu_host.wait(Milliseconds(200));
  EXPECT_EQ(gpu_host.read(gpu_host.vf(0, "current_vgpu_type")), "0\n");
}

TEST(NvidiaVfs, AreRefusedWithoutAnIommu) {
  const Host host({},
                  replaced(text_with("nvidia-l40s-vgpu", {}),
                           "hidden:functions/0000:03:00.0/vf_groups = 17\n",
                           "hidden:functions/0000:03:00.0/sriov_manage = 1\n"
                           "program:usr/lib/nvidia/sriov-manage [rw] =\n"));
  const auto kernel = host.open();
  ASSERT_EQ(write(*kernel, sriov_manage(), "-e 0000:03:00.0"), 0);
  EXPECT_EQ(vf_count(*kernel, gpu()), "32");
  EXPECT_EQ(driver_of(*kernel, address("0000:03:00.4")), "");
  EXPECT_EQ(write(*kernel, pci::named(pci::kBind, "nvidia"), "0000:03:00.4"), EPERM);
}

/// A host that has NVIDIA's own tool.
class NvidiaTool : public testing::Test {
 protected:
  static std::string with_tool(const Facts& facts) {
    return replaced(text_with("nvidia-l40s-vgpu", facts),
                    "\nlog\n",
                    "\nprogram:usr/lib/nvidia/sriov-manage [rw] =\nlog\n");
  }
};

TEST_F(NvidiaTool, GoesTheWholeWayAndBack) {
  const Host host({}, with_tool({}));
  const auto kernel = host.open();
  const std::string before = host.dump();
  EXPECT_EQ(write(*kernel, sriov_manage(), "-e 0000:03:00.0"), 0);
  EXPECT_EQ(vf_count(*kernel, gpu()), "32");
  EXPECT_EQ(driver_of(*kernel, gpu()), "nvidia");
  kernel->watch(sriov_manage())->wait(Milliseconds(200));
  kernel->watch(sriov_manage())->wait(Milliseconds(200));
  const Place type = in_function(address("0000:03:00.4"), "nvidia/current_vgpu_type");
  EXPECT_EQ(write(*kernel, type, "1155"), 0);
  EXPECT_EQ(write(*kernel, sriov_manage(), "-e ALL"), 0);
  EXPECT_EQ(read(*kernel, type), "1155\n");
  EXPECT_EQ(write(*kernel, sriov_manage(), "-d 0000:03:00.0"), 0);
  EXPECT_EQ(vf_count(*kernel, gpu()), "0");
  kernel->watch(sriov_manage())->wait(Milliseconds(200));
  // What it leaves is the stub's module.
  ASSERT_EQ(write(*kernel, pci::named(pci::kModule, "pci-pf-stub"), "unload"), 0);
  EXPECT_EQ(host.dump(), before);
}

TEST_F(NvidiaTool, FailsOnWordsItDoesNotKnow) {
  const Host host({}, with_tool({}));
  const auto kernel = host.open();
  for (const char* const order : {"-e", "-x 0000:03:00.0", "-e 0000:99:00.0", "-e 3:0.0"}) {
    EXPECT_EQ(write(*kernel, sriov_manage(), order), EIO) << order;
  }
}

TEST_F(NvidiaTool, FailsWhileAProgramHasTheGpuOpen) {
  const Host host({}, with_tool({{"nvidia_client", "4711"}}));
  const auto kernel = host.open();
  EXPECT_EQ(write(*kernel, sriov_manage(), "-e 0000:03:00.0"), EIO);
  EXPECT_EQ(driver_of(*kernel, gpu()), "nvidia");
  EXPECT_EQ(vf_count(*kernel, gpu()), "0");
}

TEST_F(NvidiaTool, MayEndWellWithoutAnyVfs) {
  const Host host({}, with_tool({{"tool_lies", "1"}}));
  const auto kernel = host.open();
  EXPECT_EQ(write(*kernel, sriov_manage(), "-e 0000:03:00.0"), 0);
  EXPECT_EQ(vf_count(*kernel, gpu()), "0");
  EXPECT_EQ(driver_of(*kernel, gpu()), "nvidia");
}

TEST_F(NvidiaTool, MayDieAndLeaveTheGpuOnTheStub) {
  const Host host({}, with_tool({{"tool_dies", "1"}}));
  const auto kernel = host.open();
  EXPECT_EQ(write(*kernel, sriov_manage(), "-e 0000:03:00.0"), EIO);
  EXPECT_EQ(driver_of(*kernel, gpu()), "pci-pf-stub");
  EXPECT_EQ(vf_count(*kernel, gpu()), "0");
  // Nobody finds the GPU then, itself neither.
  EXPECT_EQ(write(*kernel, sriov_manage(), "-e 0000:03:00.0"), EIO);
  EXPECT_EQ(write(*kernel, pci::named(pci::kUnbind, "pci-pf-stub"), "0000:03:00.0"), 0);
  EXPECT_EQ(write(*kernel, pci::named(pci::kBind, "nvidia"), "0000:03:00.0"), 0);
}

TEST_F(NvidiaTool, HalfOfItIsTheSame) {
  const Host host({}, with_tool({}));
  const auto kernel = host.open();
  ASSERT_TRUE(sim::arm_fault(host.file(), {.place = sriov_manage(), .os_error = EIO, .half = true})
                  .has_value());
  EXPECT_EQ(write(*kernel, sriov_manage(), "-e 0000:03:00.0"), EIO);
  EXPECT_EQ(driver_of(*kernel, gpu()), "pci-pf-stub");
}

}  // namespace
}  // namespace vfmgr::test
