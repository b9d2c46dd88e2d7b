// SPDX-License-Identifier: Apache-2.0
// Time slices, priority, policies, thresholds and orders of i915 with SR-IOV.
#include "sim/support/i915.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

namespace vfmgr::test {
namespace {

TEST(I915Sched, SetsTimesOfPfAndVfsAndClampsThem) {
  I915Host flex("intel-flex170");
  ASSERT_EQ(flex.set("pf/gt/exec_quantum_ms", "20"), 0);
  ASSERT_EQ(flex.set("vf31/gt/preempt_timeout_us", "0x4e20\n"), 0);
  EXPECT_EQ(flex.get("pf/gt/exec_quantum_ms"), "20");
  EXPECT_EQ(flex.get("vf31/gt/preempt_timeout_us"), "20000");
  ASSERT_EQ(flex.set("vf1/gt/exec_quantum_ms", "4294967295"), 0);
  EXPECT_EQ(flex.get("vf1/gt/exec_quantum_ms"), "100000");
  EXPECT_EQ(flex.set("vf1/gt/exec_quantum_ms", "4294967296"), ERANGE);
  EXPECT_EQ(flex.set("vf1/gt/preempt_timeout_us", "20ms"), EINVAL);
}

TEST(I915Sched, HasAPriorityOfThePfInBackports) {
  I915Host flex("intel-flex170");
  ASSERT_EQ(flex.set("pf/gt/sched_priority", "2"), 0);
  EXPECT_EQ(flex.get("pf/gt/sched_priority"), "2");
  EXPECT_EQ(flex.set("pf/gt/sched_priority", "3"), EINVAL);
  EXPECT_EQ(flex.set("pf/gt/sched_priority", "256"), ERANGE);
  EXPECT_EQ(flex.set("pf/gt/sched_priority", "high"), EINVAL);
  EXPECT_EQ(flex.set("vf1/gt/sched_priority", "1"), ENOENT);
  I915Host adl("intel-adl-i915");
  EXPECT_EQ(adl.set("pf/gt0/sched_priority", "1"), ENOENT);
}

TEST(I915Sched, HasEitherAPriorityOrThePolicyOfIdleVfs) {
  I915Host flex("intel-flex170");
  ASSERT_EQ(flex.set("pf/gt/policies/sched_if_idle", "1"), 0);
  EXPECT_EQ(flex.set("pf/gt/sched_priority", "1"), EIO);
  EXPECT_EQ(flex.set("pf/gt/sched_priority", "0"), 0);  // the same value
  ASSERT_EQ(flex.set("pf/gt/policies/sched_if_idle", "0"), 0);
  ASSERT_EQ(flex.set("pf/gt/sched_priority", "1"), 0);
  EXPECT_EQ(flex.set("pf/gt/policies/sched_if_idle", "1"), EIO);
  EXPECT_EQ(flex.get("pf/gt/policies/sched_if_idle"), "0");
}

TEST(I915Sched, HasBothOnDifferentTiles) {
  I915Host max("intel-max1550");
  ASSERT_EQ(max.set("pf/gt0/policies/sched_if_idle", "1"), 0);
  EXPECT_EQ(max.set("pf/gt1/sched_priority", "1"), 0);
}

TEST(I915Sched, TakesPoliciesAndThresholds) {
  I915Host adl("intel-adl-i915");
  ASSERT_EQ(adl.set("pf/gt0/policies/engine_reset", "1"), 0);
  ASSERT_EQ(adl.set("pf/gt0/policies/sample_period_ms", "100"), 0);
  ASSERT_EQ(adl.set("vf1/gt0/threshold/h2g_time_us", "5000"), 0);
  EXPECT_EQ(adl.get("pf/gt0/policies/engine_reset"), "1");
  EXPECT_EQ(adl.get("pf/gt0/policies/sample_period_ms"), "100");
  EXPECT_EQ(adl.get("vf1/gt0/threshold/h2g_time_us"), "5000");
  EXPECT_EQ(adl.set("vf1/gt0/threshold/h2g_time_us", "4294967296"), ERANGE);
}

TEST(I915Control, KnowsItsFourOrders) {
  I915Host adl("intel-adl-i915");
  for (const char* order : {"stop", "pause\n", "resume", "clear"}) {
    EXPECT_EQ(adl.set("vf1/control", order), 0) << order;
  }
  EXPECT_EQ(adl.set("vf1/control", "start"), EINVAL);
  EXPECT_EQ(adl.get("vf1/control"), "errno 13");
}

}  // namespace
}  // namespace vfmgr::test
