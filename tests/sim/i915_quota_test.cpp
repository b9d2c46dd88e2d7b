// SPDX-License-Identifier: Apache-2.0
// Quotas and spares of i915 with SR-IOV: how numbers are read and rounded, and what is refused.
#include "sim/support/i915.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdint>
#include <string>

namespace vfmgr::test {
namespace {

TEST(I915Quota, TakesNumbersInAnyBaseAndNothingElse) {
  I915Host adl("intel-adl-i915");
  EXPECT_EQ(adl.set("vf1/gt0/ggtt_quota", "0x100000\n"), 0);
  EXPECT_EQ(adl.get("vf1/gt0/ggtt_quota"), "1048576");
  EXPECT_EQ(adl.set("vf1/gt0/contexts_quota", "02000"), 0);
  EXPECT_EQ(adl.get("vf1/gt0/contexts_quota"), "1024");
  EXPECT_EQ(adl.set("vf1/gt0/ggtt_quota", "1MiB"), EINVAL);
  EXPECT_EQ(adl.set("vf1/gt0/ggtt_quota", "-1"), EINVAL);
  EXPECT_EQ(adl.get("vf1/gt0/ggtt_quota"), "1048576");
}

TEST(I915Quota, RefusesWhatIsTooWideForItsType) {
  I915Host flex("intel-flex170");
  EXPECT_EQ(flex.set("vf1/gt/contexts_quota", "65536"), ERANGE);
  EXPECT_EQ(flex.set("vf1/gt/doorbells_quota", "65536"), ERANGE);
  EXPECT_EQ(flex.set("vf1/gt/lmem_quota", "18446744073709551616"), ERANGE);
  EXPECT_EQ(flex.set("vf1/gt/lmem_quota", "18446744073709551615"), EOVERFLOW);
  EXPECT_EQ(flex.set("vf1/gt/lmem_quota", std::uint64_t{1} << 63U), EDQUOT);
}

TEST(I915Quota, RoundsUpToWhatTheCardHandsOut) {
  I915Host flex("intel-flex170");
  ASSERT_EQ(flex.set("vf1/gt/ggtt_quota", "1"), 0);
  EXPECT_EQ(flex.get("vf1/gt/ggtt_quota"), "65536");
  ASSERT_EQ(flex.set("vf1/gt/lmem_quota", "2097153"), 0);
  EXPECT_EQ(flex.get("vf1/gt/lmem_quota"), "4194304");
  ASSERT_EQ(flex.set("vf1/gt/contexts_quota", "129"), 0);
  EXPECT_EQ(flex.get("vf1/gt/contexts_quota"), "256");
  ASSERT_EQ(flex.set("vf1/gt/doorbells_quota", "7"), 0);
  EXPECT_EQ(flex.get("vf1/gt/doorbells_quota"), "7");
  I915Host adl("intel-adl-i915");
  ASSERT_EQ(adl.set("vf1/gt0/ggtt_quota", "1"), 0);
  EXPECT_EQ(adl.get("vf1/gt0/ggtt_quota"), "4096");
}

TEST(I915Quota, GivesNoMoreThanIsLeftBesideTheSpareAndTakesTheOldValueAllTheSame) {
  I915Host flex("intel-flex170");
  const std::uint64_t most = (16 * kGiB) - (128 * kMiB);
  EXPECT_EQ(flex.set("vf1/gt/lmem_quota", most + 1), EDQUOT);
  ASSERT_EQ(flex.set("vf1/gt/lmem_quota", most - (2 * kMiB)), 0);
  EXPECT_EQ(flex.set("vf2/gt/lmem_quota", 4 * kMiB), EDQUOT);
  EXPECT_EQ(flex.get("vf2/gt/lmem_quota"), "0");
  EXPECT_EQ(flex.set("vf1/gt/lmem_quota", most + 1), EDQUOT);
  EXPECT_EQ(flex.get("vf1/gt/lmem_quota"), "0");
  EXPECT_EQ(flex.set("vf1/gt/lmem_quota", most), 0);  // its own counts as free
  EXPECT_EQ(flex.set("vf1/gt/doorbells_quota", "257"), EDQUOT);
  EXPECT_EQ(flex.set("vf1/gt/contexts_quota", "65535"), EDQUOT);
  EXPECT_EQ(flex.set("vf1/gt/contexts_quota", "63488"), 0);
  EXPECT_EQ(flex.set("vf1/gt/ggtt_quota", 4 * kGiB), E2BIG);
  EXPECT_EQ(flex.set("vf1/gt/ggtt_quota", kGgtt), EDQUOT);
}

TEST(I915Quota, NeedsOneHoleThatIsLargeEnoughForGgttContextsAndDoorbells) {
  I915Host adl("intel-adl-i915");
  for (const int vf : {1, 2, 3}) {
    ASSERT_EQ(adl.set("vf" + std::to_string(vf) + "/gt0/doorbells_quota", "80"), 0);
  }
  ASSERT_EQ(adl.set("vf1/gt0/doorbells_quota", "0"), 0);
  ASSERT_EQ(adl.set("vf2/gt0/doorbells_quota", "40"), 0);  // goes below, where VF 1 was
  EXPECT_EQ(adl.get("pf/gt0/available/doorbells_free"), "136");
  EXPECT_EQ(adl.get("pf/gt0/available/doorbells_max_quota"), "120");
  EXPECT_EQ(adl.set("vf4/gt0/doorbells_quota", "121"), ENOSPC);
  EXPECT_EQ(adl.get("vf4/gt0/doorbells_quota"), "0");
  EXPECT_EQ(adl.set("vf4/gt0/doorbells_quota", "137"), EDQUOT);
  EXPECT_EQ(adl.set("vf2/gt0/doorbells_quota", "161"), ENOSPC);
  EXPECT_EQ(adl.get("vf2/gt0/doorbells_quota"), "0");
  EXPECT_EQ(adl.set("vf4/gt0/doorbells_quota", "120"), 0);
}

TEST(I915Quota, OfLmemIsGatheredFromPages) {
  I915Host flex("intel-flex170");
  for (const int vf : {1, 2, 3}) {
    ASSERT_EQ(flex.set("vf" + std::to_string(vf) + "/gt/lmem_quota", 5 * kGiB), 0);
  }
  ASSERT_EQ(flex.set("vf2/gt/lmem_quota", "0"), 0);
  EXPECT_EQ(flex.get("pf/gt/available/lmem_free"), std::to_string(6 * kGiB));
  EXPECT_EQ(flex.get("pf/gt/available/lmem_max_quota"), std::to_string((6 * kGiB) - (128 * kMiB)));
  EXPECT_EQ(flex.set("vf4/gt/lmem_quota", (6 * kGiB) - (128 * kMiB)), 0);
}

TEST(I915Quota, ShowsWhatIsLeft) {
  I915Host adl("intel-adl-i915");
  EXPECT_EQ(adl.get("pf/gt0/available/ggtt_free"), std::to_string(kGgtt - (64 * kMiB)));
  EXPECT_EQ(adl.get("pf/gt0/available/contexts_free"), std::to_string(7 * (512 / 8) * 128));
  EXPECT_EQ(adl.get("pf/gt0/available/doorbells_free"), "256");
  ASSERT_EQ(adl.set("vf7/gt0/ggtt_quota", kGiB), 0);
  EXPECT_EQ(adl.get("pf/gt0/available/ggtt_free"), std::to_string(kGgtt - (64 * kMiB) - kGiB));
  ASSERT_EQ(adl.set("pf/gt0/ggtt_spare", 128 * kMiB), 0);
  EXPECT_EQ(adl.get("pf/gt0/available/ggtt_max_quota"),
            std::to_string(kGgtt - (128 * kMiB) - kGiB));
}

TEST(I915Quota, OfEachTileIsItsOwn) {
  I915Host max("intel-max1550");
  ASSERT_EQ(max.set("vf1/gt0/lmem_quota", 60 * kGiB), 0);
  EXPECT_EQ(max.get("vf1/gt1/lmem_quota"), "0");
  EXPECT_EQ(max.set("vf2/gt0/lmem_quota", 4 * kGiB), EDQUOT);
  EXPECT_EQ(max.set("vf2/gt1/lmem_quota", 60 * kGiB), 0);
}

TEST(I915Spare, HasALeastThatThePfKeeps) {
  I915Host flex("intel-flex170");
  EXPECT_EQ(flex.get("pf/gt/ggtt_spare"), std::to_string(64 * kMiB));
  EXPECT_EQ(flex.get("pf/gt/lmem_spare"), std::to_string(128 * kMiB));
  EXPECT_EQ(flex.get("pf/gt/contexts_spare"), "256");
  EXPECT_EQ(flex.get("pf/gt/doorbells_spare"), "0");
  EXPECT_EQ(flex.set("pf/gt/ggtt_spare", (64 * kMiB) - 1), EINVAL);
  EXPECT_EQ(flex.set("pf/gt/lmem_spare", (128 * kMiB) - 1), EINVAL);
  EXPECT_EQ(flex.set("pf/gt/contexts_spare", "255"), EINVAL);
  EXPECT_EQ(flex.set("pf/gt/lmem_spare", 4 * kGiB), 0);
  EXPECT_EQ(flex.set("vf1/gt/lmem_quota", (12 * kGiB) + 1), EDQUOT);
  EXPECT_EQ(flex.set("vf1/gt/lmem_quota", 12 * kGiB), 0);
}

TEST(I915Spare, HasDeprecatedNamesOnBackportsAndContextsAreNotSetByThem) {
  I915Host flex("intel-flex170");
  EXPECT_EQ(flex.set("pf/gt/contexts_quota", "1024"), EOPNOTSUPP);
  EXPECT_EQ(flex.get("pf/gt/contexts_quota"), "256");
  EXPECT_EQ(flex.set("pf/gt/doorbells_quota", "16"), 0);
  EXPECT_EQ(flex.get("pf/gt/doorbells_spare"), "16");
  EXPECT_EQ(flex.set("vf1/gt/doorbells_quota", "241"), EDQUOT);
}

TEST(I915MediaGt, HasNoGgttToGive) {
  I915Host mtl("intel-mtl-i915");
  EXPECT_EQ(mtl.set("vf1/gt1/ggtt_quota", "65536"), EACCES);
  EXPECT_EQ(mtl.set("pf/gt1/ggtt_spare", 64 * kMiB), ENODEV);
  EXPECT_EQ(mtl.set("vf1/gt1/contexts_quota", "1024"), 0);
  EXPECT_EQ(mtl.set("vf1/gt0/ggtt_quota", "65536"), 0);
}

}  // namespace
}  // namespace vfmgr::test
