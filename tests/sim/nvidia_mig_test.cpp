// SPDX-License-Identifier: Apache-2.0
// MIG, GPU instances and mixed sizes as NVML sets them: NVIDIA go-nvml gen/nvml/nvml.h, the rules
// of open-gpu-kernel-modules kernel_vgpu_mgr.c (595), the order and the refusals that were seen on
// an RTX PRO 6000 (bigstack-oss/cubecos issue 312), and the vGPU user guide 17, appendix A.3.
#include "pci/attrs.hpp"
#include "sim/support/host.hpp"
#include "sim/support/nvidia.hpp"
#include "sim/tools.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>

namespace vfmgr::test {
namespace {

using testing::HasSubstr;
using testing::Not;

int order(NvidiaHost& host, std::string_view bytes) {
  return host.write(nvml("mig"), bytes);
}

/// An RTX PRO 6000 with MIG on and its VFs.
class NvidiaMig : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(order(rtx, "on"), 0);
    rtx.enable(48);
  }
  [[nodiscard]] std::string instance_of(std::uint32_t vf) const {
    return rtx.read(rtx.vf(vf, "gpu_instance_id"));
  }
  NvidiaHost rtx{"nvidia-rtx-pro-6000"};
};

TEST(NvidiaMigMode, TellsWhatTheGpuCanBeCutInto) {
  const NvidiaHost a100("nvidia-a100");
  EXPECT_EQ(a100.read(nvml("mig")), "off");
  EXPECT_EQ(a100.read(nvml("instance_ids")), "");
  EXPECT_EQ(a100.read(nvml("mig_profiles")),
            "0 7g.80gb 1 8:0\n"
            "5 4g.40gb 1 4:0\n"
            "9 3g.40gb 2 4:0,4\n"
            "14 2g.20gb 3 2:0,2,4\n"
            "15 1g.20gb 4 2:0,2,4,6\n"
            "19 1g.10gb 7 1:0,1,2,3,4,5,6\n"
            "20 1g.10gb+me 1 1:0,1,2,3,4,5,6\n");
  EXPECT_THAT(a100.read(nvml("vgpu_types")), HasSubstr("\n699 GRID A100D-1-10C\n"));
}

TEST(NvidiaMigMode, IsNothingThatAGpuWithoutItHas) {
  NvidiaHost l40s("nvidia-l40s-vgpu");
  EXPECT_EQ(l40s.read(nvml("mig")), "errno " + std::to_string(EOPNOTSUPP));
  EXPECT_EQ(order(l40s, "on"), EOPNOTSUPP);
  EXPECT_EQ(l40s.read(nvml("mig_profiles")), "");
}

TEST(NvidiaMigMode, StaysWithoutChangeWhileVfsAreOnOrSomebodyUsesTheGpu) {
  NvidiaHost a100("nvidia-a100", {{"nvidia_client", "4711"}});
  EXPECT_EQ(order(a100, "on"), EBUSY);
  ASSERT_TRUE(sim::release_vf(a100.host().file(), "0000:03:00.0").has_value());
  EXPECT_EQ(order(a100, "perhaps"), EINVAL);
  a100.enable(4);
  EXPECT_EQ(order(a100, "on"), EBUSY);
  EXPECT_EQ(order(a100, "off"), 0);  // it is
  EXPECT_EQ(a100.read(nvml("mig")), "off");
}

TEST(NvidiaMigMode, OutlivesTheDriverAndInstancesDoNot) {
  NvidiaHost a100("nvidia-a100");
  ASSERT_EQ(order(a100, "on"), 0);
  EXPECT_EQ(a100.read(nvml("mig")), "on");
  ASSERT_EQ(order(a100, "create 3g.40gb 4"), 0);
  EXPECT_EQ(a100.read(nvml("mig")), "3g.40gb@4");
  EXPECT_EQ(order(a100, "off"), EBUSY);
  a100.to_stub();
  EXPECT_EQ(a100.read(nvml("mig")), "errno 2");
  a100.to_nvidia();
  EXPECT_EQ(a100.read(nvml("mig")), "on");
  EXPECT_EQ(order(a100, "off"), 0);
  EXPECT_EQ(a100.read(nvml("mig")), "off");
}

TEST(NvidiaInstances, FillTheGpuWithoutOverlapping) {
  NvidiaHost a100("nvidia-a100");
  EXPECT_EQ(order(a100, "create 3g.40gb 4"), EOPNOTSUPP);
  ASSERT_EQ(order(a100, "on"), 0);
  ASSERT_EQ(order(a100, "create 3g.40gb 4"), 0);
  ASSERT_EQ(order(a100, "create 1g.10gb 1"), 0);
  ASSERT_EQ(order(a100, "create 1g.10gb+me 0"), 0);
  EXPECT_EQ(a100.read(nvml("mig")), "1g.10gb+me@0 1g.10gb@1 3g.40gb@4");
  EXPECT_EQ(order(a100, "create 4g.40gb 0"), ENOSPC);
  EXPECT_EQ(order(a100, "create 1g.10gb+me 2"), ENOSPC);  // one at most
  EXPECT_EQ(order(a100, "create 2g.20gb 3"), EINVAL);
  EXPECT_EQ(order(a100, "create 5g.50gb 0"), EINVAL);
  EXPECT_EQ(order(a100, "create 1g.10gb"), EINVAL);
  EXPECT_EQ(order(a100, "destroy 3"), EINVAL);
  EXPECT_EQ(order(a100, "destroy 1"), 0);
  EXPECT_EQ(a100.read(nvml("mig")), "1g.10gb+me@0 3g.40gb@4");
}

TEST(NvidiaInstances, HaveIdsOfTheDriversOwn) {
  NvidiaHost a100("nvidia-a100");
  ASSERT_EQ(order(a100, "on"), 0);
  for (const char* const one : {"create 1g.10gb 0", "create 1g.10gb 1", "create 1g.10gb 2"}) {
    ASSERT_EQ(order(a100, one), 0);
  }
  EXPECT_EQ(a100.read(nvml("instance_ids")), "1 0\n2 1\n3 2\n");
  ASSERT_EQ(order(a100, "destroy 0"), 0);
  ASSERT_EQ(order(a100, "create 1g.10gb 4"), 0);
  EXPECT_EQ(a100.read(nvml("instance_ids")), "2 1\n3 2\n1 4\n");
}

TEST(NvidiaInstances, AreBareWhereOnlyHalfOfTheWayWasDone) {
  NvidiaHost a100("nvidia-a100");
  ASSERT_EQ(order(a100, "on"), 0);
  const auto half = [&] {
    return sim::arm_fault(a100.host().file(),
                          {.place = nvml("mig"), .os_error = ENOSPC, .half = true});
  };
  ASSERT_TRUE(half().has_value());
  EXPECT_EQ(order(a100, "create 1g.10gb 3"), ENOSPC);
  EXPECT_EQ(a100.read(nvml("mig")), "1g.10gb@3/bare");
  a100.enable(2);  // which wipes it
  ASSERT_TRUE(half().has_value());
  EXPECT_EQ(order(a100, "create 1g.10gb 3"), ENOSPC);
  EXPECT_EQ(a100.creatable(0), "");  // a vGPU needs the compute instance
  EXPECT_EQ(order(a100, "destroy 3"), 0);
  ASSERT_EQ(order(a100, "create 1g.10gb 3"), 0);
  EXPECT_EQ(a100.creatable(0), "699");
  ASSERT_TRUE(half().has_value());
  EXPECT_EQ(order(a100, "destroy 3"), ENOSPC);
  EXPECT_EQ(a100.read(nvml("mig")), "1g.10gb@3/bare");
}

TEST_F(NvidiaMig, WithoutInstancesHasRoomForNothing) {
  EXPECT_EQ(rtx.read(rtx.vf(0, "creatable_vgpu_types")), "ID    : vGPU Name\n");
  EXPECT_EQ(rtx.type(0, 1561), EIO);
  EXPECT_EQ(rtx.type(0, 1519), EIO);
}

TEST_F(NvidiaMig, OffersWhatItsInstancesHost) {
  ASSERT_EQ(order(rtx, "create 4g.96gb 0"), 0);  // without graphics
  EXPECT_EQ(rtx.creatable(0), "");
  ASSERT_EQ(order(rtx, "destroy 0"), 0);
  ASSERT_EQ(order(rtx, "create 1g.24gb+gfx 3"), 0);
  EXPECT_TRUE(rtx.creatable(0).starts_with("1546 1547 1548 ")) << rtx.creatable(0);
  EXPECT_THAT(rtx.creatable(0), Not(HasSubstr("1564")));
  ASSERT_EQ(order(rtx, "create 2g.48gb+gfx 6"), 0);
  EXPECT_THAT(rtx.creatable(0), HasSubstr("1564"));
  EXPECT_THAT(rtx.creatable(0), Not(HasSubstr("1519")));  // those of the whole GPU
}

TEST_F(NvidiaMig, SharesAnInstanceAmongVgpusOfOneSize) {
  ASSERT_EQ(order(rtx, "create 1g.24gb+gfx 0"), 0);
  ASSERT_EQ(rtx.type(0, 1558), 0);  // 1-12Q, of which one instance takes two
  EXPECT_EQ(instance_of(0), "1\n");
  EXPECT_EQ(rtx.read(rtx.vf(0, "placement_id")), "0\n");
  EXPECT_EQ(rtx.creatable(1), "1558 1559 1560");
  ASSERT_EQ(rtx.type(1, 1560), 0);
  EXPECT_EQ(rtx.creatable(2), "");
  EXPECT_EQ(rtx.type(2, 1558), EIO);
  EXPECT_EQ(order(rtx, "destroy 0"), EBUSY);
  ASSERT_EQ(rtx.type(0, 0), 0);
  ASSERT_EQ(rtx.type(1, 0), 0);
  EXPECT_EQ(order(rtx, "destroy 0"), 0);
}

TEST_F(NvidiaMig, MovesAVgpuToAnotherInstanceOfItsKind) {
  ASSERT_EQ(order(rtx, "create 1g.24gb+gfx 0"), 0);
  ASSERT_EQ(order(rtx, "create 1g.24gb+gfx 3"), 0);
  ASSERT_EQ(order(rtx, "create 2g.48gb+gfx 6"), 0);
  ASSERT_EQ(rtx.read(nvml("instance_ids")), "1 0\n2 3\n3 6\n");
  ASSERT_EQ(rtx.type(0, 1561), 0);
  EXPECT_EQ(instance_of(0), "1\n");
  EXPECT_EQ(rtx.write(rtx.vf(0, "gpu_instance_id"), "3"), EIO);
  EXPECT_EQ(rtx.write(rtx.vf(0, "gpu_instance_id"), "9"), EIO);
  EXPECT_EQ(rtx.write(rtx.vf(0, "gpu_instance_id"), "2"), 0);
  EXPECT_EQ(instance_of(0), "2\n");
  EXPECT_EQ(rtx.write(rtx.vf(0, "placement_id"), "3"), EIO);
  ASSERT_EQ(rtx.type(1, 1561), 0);
  EXPECT_EQ(instance_of(1), "1\n");
  EXPECT_EQ(rtx.write(rtx.vf(1, "gpu_instance_id"), "2"), EIO);
}

TEST(NvidiaMigOlder, GivesAnInstanceToOneVgpuAlone) {
  NvidiaHost a100("nvidia-a100");
  ASSERT_EQ(order(a100, "on"), 0);
  a100.enable(20);
  ASSERT_EQ(order(a100, "create 2g.20gb 0"), 0);
  EXPECT_EQ(a100.creatable(0), "700");
  ASSERT_EQ(a100.type(0, 700), 0);
  EXPECT_EQ(a100.creatable(1), "");
}

TEST(NvidiaMixed, PlacesSizesBesideEachOtherByTheGuidesTable) {
  NvidiaHost l40s("nvidia-l40s-vgpu");
  EXPECT_EQ(l40s.read(nvml("heterogeneous")), "0");
  l40s.enable(32);
  ASSERT_EQ(l40s.write(nvml("heterogeneous"), "1"), 0);
  EXPECT_EQ(l40s.read(nvml("heterogeneous")), "1");
  ASSERT_EQ(l40s.type(0, 1154), 0);  // 16Q: at 0 or 32
  EXPECT_EQ(l40s.read(l40s.vf(0, "placement_id")), "0\n");
  EXPECT_THAT(l40s.creatable(1), HasSubstr("1155"));
  EXPECT_THAT(l40s.creatable(1), Not(HasSubstr("1156")));
  ASSERT_EQ(l40s.type(1, 1155), 0);  // 24Q: the second half
  EXPECT_EQ(l40s.read(l40s.vf(1, "placement_id")), "24\n");
  // What is left is 16 to 24: no place for 12 or 16 GiB, one for 8 and 6, two for 4.
  EXPECT_EQ(l40s.type(2, 1153), EIO);
  ASSERT_EQ(l40s.type(2, 1150), 0);
  EXPECT_EQ(l40s.read(l40s.vf(2, "placement_id")), "20\n");
  EXPECT_EQ(l40s.write(l40s.vf(2, "placement_id"), "16"), EIO);  // none of the table's
  EXPECT_EQ(l40s.write(nvml("heterogeneous"), "0"), EBUSY);
}

TEST(NvidiaMixed, IsLostWithTheDriverAndRefusedWithMig) {
  NvidiaHost a100("nvidia-a100");
  ASSERT_EQ(a100.write(nvml("heterogeneous"), "1"), 0);
  EXPECT_EQ(a100.write(nvml("heterogeneous"), "2"), EINVAL);
  a100.enable(2);
  EXPECT_EQ(a100.read(nvml("heterogeneous")), "0");
  a100.enable(0);
  ASSERT_EQ(order(a100, "on"), 0);
  EXPECT_EQ(a100.write(nvml("heterogeneous"), "1"), EOPNOTSUPP);
  EXPECT_EQ(a100.read(nvml("heterogeneous")), "errno " + std::to_string(EOPNOTSUPP));
}

TEST(NvidiaNvml, MayHaveNothingToSay) {
  NvidiaHost l40s("nvidia-l40s-vgpu", {{"no_nvml", "1"}});
  l40s.enable(1);
  EXPECT_EQ(l40s.read(nvml("vgpu_types")), "errno 2");
  EXPECT_EQ(l40s.read(l40s.vf(0, "current_vgpu_type")), "0\n");
}

}  // namespace
}  // namespace vfmgr::test
