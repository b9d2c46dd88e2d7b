// SPDX-License-Identifier: Apache-2.0
// Who provisions the VFs of i915 with SR-IOV, and what a count finds provisioned.
#include "sim/support/host.hpp"
#include "sim/support/i915.hpp"
#include "sim/tools.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdint>
#include <string>

namespace vfmgr::test {
namespace {

constexpr std::uint64_t kLmemPage = 2 * kMiB;

TEST(I915Auto, IsEndedByWhatSomebodyProvisions) {
  I915Host flex("intel-flex170");
  ASSERT_EQ(flex.set("vf1/gt/contexts_quota", "0"), 0);  // the same value does nothing
  EXPECT_EQ(flex.get("pf/auto_provisioning"), "1");
  EXPECT_EQ(flex.set("vf1/gt/contexts_quota", "junk"), EINVAL);
  EXPECT_EQ(flex.set("vf1/gt/doorbells_quota", "300"), EDQUOT);
  EXPECT_EQ(flex.get("pf/auto_provisioning"), "1");
  ASSERT_EQ(flex.set("vf1/gt/contexts_quota", "1024"), 0);
  EXPECT_EQ(flex.get("pf/auto_provisioning"), "0");
}

TEST(I915Auto, ComesBackOnlyOnceAllVfsAreEmpty) {
  I915Host flex("intel-flex170");
  ASSERT_EQ(flex.set("vf31/gt/doorbells_quota", "8"), 0);
  EXPECT_EQ(flex.set("pf/auto_provisioning", "1"), ESTALE);
  EXPECT_EQ(flex.get("pf/auto_provisioning"), "0");
  ASSERT_EQ(flex.set("vf31/gt/doorbells_quota", "0"), 0);
  EXPECT_EQ(flex.set("pf/auto_provisioning", "1"), 0);
  EXPECT_EQ(flex.get("pf/auto_provisioning"), "1");
  EXPECT_EQ(flex.set("pf/auto_provisioning", "perhaps"), EINVAL);
}

TEST(I915Auto, CanBeEndedAnyTime) {
  I915Host flex("intel-flex170");
  ASSERT_EQ(flex.enable(2), 0);
  EXPECT_EQ(flex.set("pf/auto_provisioning", "0"), 0);
  EXPECT_EQ(flex.set("pf/auto_provisioning", "1"), ESTALE);
}

TEST(I915Auto, SharesFairly) {
  I915Host flex("intel-flex170");
  ASSERT_EQ(flex.enable(4), 0);
  EXPECT_EQ(flex.get("vf1/gt/ggtt_quota"),
            std::to_string((kGgtt - (64 * kMiB)) / 4 / 65536 * 65536));
  // 512 packages of 128: 16 for each of PF and 31 VFs.
  EXPECT_EQ(flex.get("vf4/gt/contexts_quota"), std::to_string(31 * 16 / 4 * 128));
  EXPECT_EQ(flex.get("vf4/gt/doorbells_quota"), "64");
  EXPECT_EQ(flex.get("pf/gt/available/doorbells_free"), "0");
  // 3.96 GiB are 2032 pages; their page tables take part of the last one.
  EXPECT_EQ(flex.get("vf4/gt/lmem_quota"), std::to_string(2031 * kLmemPage));
  EXPECT_EQ(flex.get("vf5/gt/ggtt_quota"), "0");
  EXPECT_EQ(flex.get("pf/auto_provisioning"), "1");
}

TEST(I915Auto, SharesOnEachGtWhatItHas) {
  I915Host mtl("intel-mtl-i915");
  ASSERT_EQ(mtl.enable(7), 0);
  EXPECT_EQ(mtl.get("vf7/gt1/ggtt_quota"), "0");
  EXPECT_EQ(mtl.get("vf7/gt1/contexts_quota"), std::to_string(512 / 8 * 128));
  EXPECT_EQ(mtl.get("vf7/gt0/ggtt_quota"), std::to_string((kGgtt - (64 * kMiB)) / 7 / 4096 * 4096));
}

TEST(I915Auto, TakesBackWhatItGaveAndWhatWasGivenBeside) {
  I915Host flex("intel-flex170");
  const std::string before = flex.host().dump();
  ASSERT_EQ(flex.enable(3), 0);
  ASSERT_EQ(flex.enable(0), 0);
  EXPECT_EQ(flex.host().dump(), before);
  ASSERT_EQ(flex.enable(3), 0);
  ASSERT_EQ(flex.set("vf2/gt/doorbells_quota", "9"), 0);
  ASSERT_EQ(flex.set("vf1/gt/exec_quantum_ms", "20"), 0);
  ASSERT_EQ(flex.enable(0), 0);
  EXPECT_EQ(flex.get("vf2/gt/doorbells_quota"), "0");
  EXPECT_EQ(flex.get("vf1/gt/exec_quantum_ms"), "0");
  EXPECT_EQ(flex.get("vf1/gt/lmem_quota"), "0");
  EXPECT_EQ(flex.get("pf/auto_provisioning"), "0");
}

TEST(I915Auto, IsEndedByATimeOfAVfsAndByNothingOfThePfs) {
  I915Host flex("intel-flex170");
  ASSERT_EQ(flex.set("pf/gt/exec_quantum_ms", "20"), 0);
  ASSERT_EQ(flex.set("pf/gt/policies/sched_if_idle", "1"), 0);
  ASSERT_EQ(flex.set("vf1/gt/exec_quantum_ms", "0"), 0);
  EXPECT_EQ(flex.get("pf/auto_provisioning"), "1");
  ASSERT_EQ(flex.set("vf1/gt/exec_quantum_ms", "20"), 0);
  EXPECT_EQ(flex.get("pf/auto_provisioning"), "0");
}

TEST(I915Auto, LeavesWhatSomebodyProvisionedWhenVfsGo) {
  I915Host flex("intel-flex170");
  flex.give(1, "gt");
  flex.give(2, "gt");
  ASSERT_EQ(flex.enable(2), 0);
  ASSERT_EQ(flex.enable(0), 0);
  EXPECT_EQ(flex.get("vf2/gt/lmem_quota"), std::to_string(256 * kMiB));
}

TEST(I915Count, GoesAheadWhereVfsAreProvisionedWhetherTheyHaveDoorbellsOrNot) {
  I915Host flex("intel-flex170");
  flex.give(1, "gt");
  ASSERT_EQ(flex.enable(1), 0);
  EXPECT_EQ(flex.get("vf1/gt/doorbells_quota"), "0");
}

TEST(I915Count, RefusesAVfThatLacksSomething) {
  I915Host flex("intel-flex170");
  flex.give(1, "gt");
  ASSERT_EQ(flex.set("vf2/gt/lmem_quota", 2 * kMiB), 0);
  EXPECT_EQ(flex.enable(2), ENOKEY);
  EXPECT_EQ(vf_count(flex.kernel(), gpu()), "0");
  EXPECT_EQ(flex.enable(1), 0);  // nobody asks for VF 2
}

TEST(I915Count, RefusesOnAnyGt) {
  I915Host max("intel-max1550");
  max.give(1, "gt0");
  ASSERT_EQ(max.set("vf1/gt1/contexts_quota", "1024"), 0);
  EXPECT_EQ(max.enable(1), ENOKEY);
}

TEST(I915Count, GoesAheadWithNothingWhereTheDriverProvisionsNoMore) {
  I915Host flex("intel-flex170");
  ASSERT_EQ(flex.set("pf/auto_provisioning", "0"), 0);
  ASSERT_EQ(flex.enable(2), 0);
  EXPECT_EQ(flex.get("vf1/gt/ggtt_quota"), "0");
  EXPECT_EQ(flex.set("vf1/gt/ggtt_quota", 64 * kMiB), 0);  // late provisioning
}

TEST(I915Count, TakesVfsThatHaveOneTileEach) {
  I915Host max("intel-max1550");
  max.give(1, "gt1");
  max.give(2, "gt0");
  ASSERT_EQ(max.enable(2), 0);
  EXPECT_EQ(max.get("vf1/gt0/lmem_quota"), "0");
}

TEST(I915Count, FindsNothingToShareOutOnceThePfKeepsItAll) {
  I915Host flex("intel-flex170");
  ASSERT_EQ(flex.set("pf/gt/doorbells_spare", "256"), 0);
  ASSERT_EQ(flex.set("pf/auto_provisioning", "1"), 0);
  EXPECT_EQ(flex.enable(2), EDQUOT);
  EXPECT_EQ(flex.get("vf1/gt/ggtt_quota"), "0");  // what was given already is taken back
  EXPECT_EQ(vf_count(flex.kernel(), gpu()), "0");
}

TEST(I915Count, IsStoppedByAVfThatHasSomethingWhileTheDriverProvisions) {
  I915Host flex("intel-flex170");
  flex.give(2, "gt");
  // The driver itself ends its provisioning with the first quota; so only what is no write to it
  // gets here.
  ASSERT_TRUE(
      sim::poke(flex.host().file(), I915Host::file("pf/auto_provisioning"), "1\n").has_value());
  EXPECT_EQ(flex.enable(2), EUCLEAN);
  EXPECT_EQ(flex.get("vf1/gt/ggtt_quota"), "0");
  // pf_auto_unprovision takes it along with the rest.
  EXPECT_EQ(flex.get("vf2/gt/ggtt_quota"), "0");
}

TEST(I915Count, TakesBackWhatItGaveWhenThePciCoreRefuses) {
  I915Host flex("intel-flex170", {"hidden:functions/0000:03:00.0/initial_vfs = 3"});
  EXPECT_EQ(flex.enable(2), EIO);
  EXPECT_EQ(flex.get("vf1/gt/ggtt_quota"), "0");
  EXPECT_EQ(flex.get("pf/gt/available/doorbells_free"), "256");
}

}  // namespace
}  // namespace vfmgr::test
