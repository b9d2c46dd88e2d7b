// SPDX-License-Identifier: Apache-2.0
// What xe takes for its numbers, and with which errno it refuses others (xe 7.0:
// xe_gt_sriov_pf_config.c, xe_gt_sriov_pf_debugfs.c).
#include "sim/support/xe.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::test {
namespace {

const std::vector<std::string> all_releases{
    "intel-b60-6.17", "intel-b60-6.18", "intel-b60-7.0", "intel-b60-debugfs"};

class XeQuota : public testing::TestWithParam<std::string> {
 protected:
  int write(const std::string& leaf, std::string_view bytes) {
    return xe.write(xe.debug(leaf), bytes);
  }
  [[nodiscard]] std::string read(const std::string& leaf) const { return xe.read(xe.debug(leaf)); }
  XeHost xe{GetParam()};
};

TEST_P(XeQuota, ReadsNumbersAsTheKernelDoes) {
  ASSERT_EQ(write("gt0/vf1/contexts_quota", "0x400\n"), 0);
  EXPECT_EQ(read("gt0/vf1/contexts_quota"), "1024");
  ASSERT_EQ(write("gt0/vf1/contexts_quota", "010"), 0);
  EXPECT_EQ(read("gt0/vf1/contexts_quota"), "8");
  for (const std::string name : {"contexts_quota", "doorbells_quota", "ggtt_quota", "lmem_quota"}) {
    EXPECT_EQ(write("gt0/vf1/" + name, "1k"), EINVAL) << name;
    EXPECT_EQ(write("gt0/vf1/" + name, "-1"), EINVAL) << name;
    EXPECT_EQ(write("gt0/vf1/" + name, "18446744073709551616"), ERANGE) << name;
  }
  EXPECT_EQ(read("gt0/vf1/contexts_quota"), "8");
}

TEST_P(XeQuota, RefusesWhatIsWiderThanItHolds) {
  for (const std::string name : {"contexts_quota",
                                 "doorbells_quota",
                                 "exec_quantum_ms",
                                 "preempt_timeout_us",
                                 "sched_priority",
                                 "threshold_guc_time_us"}) {
    EXPECT_EQ(write("gt1/vf1/" + name, "4294967296"), EOVERFLOW) << name;
  }
  EXPECT_EQ(write("gt0/vf1/threshold_guc_time_us", "4294967295"), 0);
  EXPECT_EQ(read("gt0/vf1/threshold_guc_time_us"), "4294967295");
}

TEST_P(XeQuota, ClampsTimeSlicesSilently) {
  ASSERT_EQ(write("gt0/vf1/exec_quantum_ms", "100001"), 0);
  EXPECT_EQ(read("gt0/vf1/exec_quantum_ms"), "100000");
  ASSERT_EQ(write("gt1/pf/preempt_timeout_us", "4294967295"), 0);
  EXPECT_EQ(read("gt1/pf/preempt_timeout_us"), "100000000");
}

TEST_P(XeQuota, RoundsVramAndGgttUp) {
  ASSERT_EQ(write("gt0/vf1/lmem_quota", "2097153"), 0);
  EXPECT_EQ(read("gt0/vf1/lmem_quota"), "4194304");
  ASSERT_EQ(write("gt0/vf1/ggtt_quota", "4097"), 0);
  EXPECT_EQ(read("gt0/vf1/ggtt_quota"), "8192");
  ASSERT_EQ(write("gt0/vf1/ggtt_quota", "0"), 0);
  EXPECT_EQ(read("gt0/vf1/ggtt_quota"), "0");
}

TEST_P(XeQuota, RefusesMoreContextsAndDoorbellsThanAGtHas) {
  ASSERT_EQ(write("gt0/vf1/contexts_quota", "1024"), 0);
  EXPECT_EQ(write("gt0/vf1/contexts_quota", "65536"), EINVAL);
  EXPECT_EQ(read("gt0/vf1/contexts_quota"), "1024");
  ASSERT_EQ(write("gt0/vf1/doorbells_quota", "16"), 0);
  EXPECT_EQ(write("gt0/vf1/doorbells_quota", "257"), EINVAL);
  EXPECT_EQ(read("gt0/vf1/doorbells_quota"), "16");
}

TEST_P(XeQuota, ContextsAreForVfsWhatThePfDoesNotKeep) {
  ASSERT_EQ(write("gt0/vf1/contexts_quota", "60000"), 0);
  ASSERT_EQ(write("gt0/vf2/contexts_quota", "5279"), 0);  // 60000 + 5279 + 256 = 65535
  EXPECT_EQ(write("gt0/vf2/contexts_quota", "5280"), EDQUOT);
  EXPECT_EQ(read("gt0/vf2/contexts_quota"), "0");  // what it had went first
  EXPECT_EQ(write("gt1/vf2/contexts_quota", "5280"), 0);
  ASSERT_EQ(write("gt0/pf/contexts_spare", "1000"), 0);
  EXPECT_EQ(write("gt0/vf2/contexts_quota", "4536"), EDQUOT);
  EXPECT_EQ(write("gt0/vf2/contexts_quota", "4535"), 0);
}

TEST_P(XeQuota, DoorbellsAreForVfsWhatThePfDoesNotKeep) {
  ASSERT_EQ(write("gt1/vf1/doorbells_quota", "200"), 0);
  ASSERT_EQ(write("gt1/vf2/doorbells_quota", "56"), 0);
  EXPECT_EQ(write("gt1/vf2/doorbells_quota", "57"), EDQUOT);
  EXPECT_EQ(read("gt1/vf2/doorbells_quota"), "0");
  ASSERT_EQ(write("gt1/pf/doorbells_spare", "16"), 0);
  EXPECT_EQ(write("gt1/vf2/doorbells_quota", "41"), EDQUOT);
  EXPECT_EQ(write("gt1/vf2/doorbells_quota", "40"), 0);
}

TEST_P(XeQuota, MoreGgttThanThereIsLeavesNone) {
  ASSERT_EQ(write("gt0/vf1/ggtt_quota", "4000000000"), 0);
  ASSERT_EQ(write("gt0/vf2/ggtt_quota", "4096"), 0);
  EXPECT_EQ(write("gt0/vf2/ggtt_quota", "0x20000000"), ENOSPC);
  EXPECT_EQ(read("gt0/vf2/ggtt_quota"), "0");
  EXPECT_EQ(write("gt0/vf2/ggtt_quota", "18446744073709551615"), ENOSPC);
}

TEST_P(XeQuota, MoreVramThanThereIsLeavesNone) {
  ASSERT_EQ(write("gt0/vf1/lmem_quota", "21474836480"), 0);
  ASSERT_EQ(write("gt0/vf2/lmem_quota", "2097152"), 0);
  EXPECT_EQ(write("gt0/vf2/lmem_quota", "4294967296"), ENOSPC);
  EXPECT_EQ(read("gt0/vf2/lmem_quota"), "0");
  EXPECT_EQ(write("gt0/vf2/lmem_quota", "18446744073709551615"), ENOSPC);
}

TEST_P(XeQuota, ThePfKeepsNoLessThanItNeeds) {
  EXPECT_EQ(read("gt0/pf/ggtt_spare"), "67108864");
  EXPECT_EQ(read("gt0/pf/lmem_spare"), "134217728");
  EXPECT_EQ(read("gt1/pf/contexts_spare"), "256");
  EXPECT_EQ(read("gt1/pf/doorbells_spare"), "0");
  EXPECT_EQ(write("gt0/pf/ggtt_spare", "67108863"), EINVAL);
  EXPECT_EQ(write("gt0/pf/lmem_spare", "134217727"), EINVAL);
  EXPECT_EQ(write("gt1/pf/contexts_spare", "255"), EINVAL);
  EXPECT_EQ(read("gt1/pf/contexts_spare"), "256");
  EXPECT_EQ(write("gt0/pf/ggtt_spare", "805306368"), 0);
  EXPECT_EQ(write("gt0/pf/lmem_spare", "4294967296"), 0);
  EXPECT_EQ(read("gt0/pf/lmem_spare"), "4294967296");
  EXPECT_EQ(write("gt1/pf/doorbells_spare", "0"), 0);
}

TEST_P(XeQuota, PrioritiesAreNumbersAndHighThePfsAlone) {
  EXPECT_EQ(write("gt0/pf/sched_priority", "2"), 0);
  EXPECT_EQ(write("gt0/pf/sched_priority", "3"), EINVAL);
  EXPECT_EQ(write("gt0/vf1/sched_priority", "1"), 0);
  EXPECT_EQ(write("gt0/vf1/sched_priority", "2"), EINVAL);
  EXPECT_EQ(write("gt0/vf1/sched_priority", "normal"), EINVAL);
  EXPECT_EQ(read("gt0/vf1/sched_priority"), "1");
  EXPECT_EQ(write("gt0/pf/sched_if_idle", "2"), EOVERFLOW);
  EXPECT_EQ(write("gt0/pf/reset_engine", "1"), 0);
  EXPECT_EQ(read("gt0/pf/reset_engine"), "1");
  EXPECT_EQ(read("gt0/vf1/sched_priority"), "1");
}

TEST_P(XeQuota, AVfThatRunsKeepsItsVram) {
  ASSERT_EQ(xe.enable(2), 0);
  const std::string before = read("gt0/vf1/lmem_quota");
  EXPECT_NE(before, "0");
  EXPECT_EQ(write("gt0/vf1/lmem_quota", "2097152"), EIO);
  EXPECT_EQ(read("gt0/vf1/lmem_quota"), before);
  EXPECT_EQ(write("gt0/vf3/lmem_quota", "2097152"), 0);
}

INSTANTIATE_TEST_SUITE_P(OfEachRelease,
                         XeQuota,
                         testing::ValuesIn(all_releases),
                         [](const auto& model) { return "model" + std::to_string(model.index); });

TEST(XeQuotas, NeedAnLmttForVram) {
  for (const std::string& model : all_releases) {
    XeHost xe(model, {{"lmtt", "0"}});
    const std::string old_name = model.ends_with("6.17") || model.ends_with("6.18")
                                     ? "gt0/vf1/lmem_quota"
                                     : "sriov/vf1/tile0/vram_quota";
    EXPECT_EQ(xe.write(xe.debug(old_name), 2097152), EPERM) << model;
    EXPECT_EQ(xe.read(xe.debug(old_name)), "0") << model;
    EXPECT_EQ(xe.enable(2), 0) << model;
  }
  XeHost newest("intel-b60-debugfs", {{"lmtt", "0"}});
  EXPECT_EQ(newest.read(newest.admin("vf1/profile/vram_quota")), "0");
  EXPECT_EQ(newest.write(newest.admin("vf1/profile/vram_quota"), 2097152), EACCES);
  EXPECT_EQ(newest.read(newest.admin(".bulk_profile/vram_quota")), "errno 2");
}

TEST(XeQuotas, OfGgttHaveGreaterPagesWhereTheGpuNeedsThem) {
  XeHost xe("intel-b60-7.0", {{"ggtt_page", "65536"}});
  ASSERT_EQ(xe.write(xe.debug("gt0/vf1/ggtt_quota"), 65537), 0);
  EXPECT_EQ(xe.read(xe.debug("gt0/vf1/ggtt_quota")), "131072");
}

TEST(XeQuotas, OfVramInBulkKeepThoseBeforeTheFirstThatFails) {
  XeHost xe("intel-b60-debugfs");
  EXPECT_EQ(xe.write(xe.admin(".bulk_profile/vram_quota"), 2ULL << 30U), ENOSPC);
  EXPECT_EQ(xe.read(xe.debug("gt0/vf11/lmem_quota")), "2147483648");
  EXPECT_EQ(xe.read(xe.debug("gt0/vf12/lmem_quota")), "0");
  EXPECT_EQ(xe.write(xe.admin(".bulk_profile/vram_quota"), 1ULL << 29U), 0);
  EXPECT_EQ(xe.read(xe.debug("gt0/vf24/lmem_quota")), "536870912");
}

}  // namespace
}  // namespace vfmgr::test
