// SPDX-License-Identifier: Apache-2.0
// When xe provisions VFs by itself and when it leaves that to others (xe_sriov_pf_provision.c,
// xe_pci_sriov.c of 6.19 and 7.0), and what it did before there were modes.
#include "vfmgr/place.hpp"

#include "pci/attrs.hpp"
#include "sim/support/host.hpp"
#include "sim/support/xe.hpp"
#include "sim/tools.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr::test {
namespace {

/// Whether enabling a VF gives it contexts.
bool is_auto(XeHost& xe) {
  EXPECT_EQ(xe.enable(24), 0);
  const bool given = xe.read(xe.debug("gt1/vf24/contexts_quota")) != "0";
  EXPECT_EQ(xe.enable(0), 0);
  return given;
}

TEST(XeMode, IsCustomAfterAnyNumberIsWrittenInDebugfs) {
  for (const std::string model : {"intel-b60-7.0", "intel-b60-debugfs"}) {
    for (const auto& [leaf, value] :
         std::vector<std::pair<std::string, std::string>>{{"gt0/vf1/lmem_quota", "2097152"},
                                                          {"gt0/vf1/ggtt_quota", "0"},
                                                          {"gt1/vf1/contexts_quota", "16"},
                                                          {"gt1/vf1/doorbells_quota", "0"},
                                                          {"gt0/pf/ggtt_spare", "67108864"},
                                                          {"gt0/pf/lmem_spare", "134217728"},
                                                          {"gt1/pf/contexts_spare", "256"},
                                                          {"gt0/pf/doorbells_spare", "0"},
                                                          {"gt0/pf/exec_quantum_ms", "0"},
                                                          {"gt0/vf1/preempt_timeout_us", "1"},
                                                          {"gt0/vf1/sched_priority", "0"},
                                                          {"gt0/pf/sched_if_idle", "1"},
                                                          {"gt0/pf/reset_engine", "0"},
                                                          {"gt0/pf/sample_period_ms", "5"},
                                                          {"gt0/vf1/threshold_irq_time_us", "9"}}) {
      XeHost xe(model);
      ASSERT_EQ(xe.write(xe.debug(leaf), value), 0) << leaf;
      EXPECT_FALSE(is_auto(xe)) << model << " " << leaf;
    }
  }
}

TEST(XeMode, StaysAutoWhenAWriteIsRefusedOrIsNoNumber) {
  XeHost xe("intel-b60-7.0");
  EXPECT_EQ(xe.write(xe.debug("gt0/vf1/contexts_quota"), "x"), EINVAL);
  EXPECT_EQ(xe.write(xe.debug("gt0/vf1/lmem_quota"), "99999999999999"), ENOSPC);
  EXPECT_EQ(xe.write(xe.debug("gt0/vf1/control"), "stop"), 0);
  EXPECT_EQ(xe.write(xe.debug("sriov/vf1/reset"), "1"), 0);
  EXPECT_TRUE(is_auto(xe));
}

TEST(XeMode, IsNeverChangedThroughSysfs) {
  XeHost xe("intel-b60-debugfs");
  ASSERT_EQ(xe.write(xe.admin("vf1/profile/vram_quota"), 2097152), 0);
  ASSERT_EQ(xe.write(xe.admin("vf1/profile/exec_quantum_ms"), 20), 0);
  ASSERT_EQ(xe.write(xe.admin(".bulk_profile/sched_priority"), "normal"), 0);
  EXPECT_TRUE(is_auto(xe));
}

TEST(XeMode, CustomReleasesNothingAndChecksNothing) {
  XeHost xe("intel-b60-debugfs");
  ASSERT_EQ(xe.write(xe.debug("gt0/vf1/lmem_quota"), 2097152), 0);
  ASSERT_EQ(xe.write(xe.admin("vf1/profile/exec_quantum_ms"), 20), 0);
  ASSERT_EQ(xe.enable(2), 0);
  EXPECT_EQ(xe.read(xe.debug("gt0/vf1/contexts_quota")), "0");
  EXPECT_EQ(xe.read(xe.debug("gt0/vf2/lmem_quota")), "0");
  EXPECT_EQ(xe.read(xe.admin("vf1/profile/exec_quantum_ms")), "20");
  ASSERT_EQ(xe.enable(0), 0);
  EXPECT_EQ(xe.read(xe.admin("vf1/profile/vram_quota")), "2097152");
  EXPECT_EQ(xe.read(xe.admin("vf1/profile/exec_quantum_ms")), "20");
}

TEST(XeMode, GoesBackToAutoWhereNoVfIsEnabled) {
  XeHost xe("intel-b60-7.0");
  const Place restore = xe.debug("sriov/restore_auto_provisioning");
  ASSERT_EQ(xe.write(xe.debug("gt0/vf1/contexts_quota"), 1024), 0);
  ASSERT_EQ(xe.write(xe.debug("gt0/vf24/lmem_quota"), 2097152), 0);
  ASSERT_EQ(xe.enable(1), 0);
  EXPECT_EQ(xe.write(restore, 1), EBUSY);
  EXPECT_EQ(xe.read(xe.debug("gt0/vf1/contexts_quota")), "1024");
  ASSERT_EQ(xe.enable(0), 0);
  EXPECT_EQ(xe.write(restore, "maybe"), EINVAL);
  EXPECT_EQ(xe.write(restore, 0U), 0);
  EXPECT_EQ(xe.read(xe.debug("gt0/vf24/lmem_quota")), "2097152");
  EXPECT_EQ(xe.write(restore, 1), 0);
  EXPECT_EQ(xe.read(xe.debug("gt0/vf1/contexts_quota")), "0");
  EXPECT_EQ(xe.read(xe.debug("gt0/vf24/lmem_quota")), "0");
  EXPECT_TRUE(is_auto(xe));
}

TEST(XeMode, IsTheHostFilesAcrossProcessesAndGoesWithTheDriver) {
  XeHost xe("intel-b60-7.0");
  ASSERT_EQ(xe.write(xe.debug("gt0/vf1/contexts_quota"), 1024), 0);
  ASSERT_TRUE(sim::fold(xe.host().file()).has_value());
  EXPECT_FALSE(is_auto(xe));
  ASSERT_EQ(xe.write(pci::named(pci::kUnbind, "xe"), "0000:03:00.0"), 0);
  EXPECT_TRUE(xe.debug_paths().empty());
  ASSERT_EQ(xe.write(pci::named(pci::kBind, "xe"), "0000:03:00.0"), 0);
  EXPECT_EQ(xe.read(xe.debug("gt0/vf1/contexts_quota")), "0");
  EXPECT_TRUE(is_auto(xe));
}

TEST(XeMode, BeforeModesAGtIsSkippedWhereAVfHasSomething) {
  for (const std::string model : {"intel-b60-6.17", "intel-b60-6.18"}) {
    XeHost xe(model);
    ASSERT_EQ(xe.write(xe.debug("gt1/vf2/contexts_quota"), 512), 0);
    ASSERT_EQ(xe.enable(2), 0);
    EXPECT_EQ(xe.read(xe.debug("gt1/vf1/contexts_quota")), "0");
    EXPECT_EQ(xe.read(xe.debug("gt1/vf1/doorbells_quota")), "0");
    EXPECT_EQ(xe.read(xe.debug("gt1/vf2/contexts_quota")), "512");
    EXPECT_EQ(xe.read(xe.debug("gt0/vf1/doorbells_quota")), "128");
    EXPECT_NE(xe.read(xe.debug("gt0/vf1/lmem_quota")), "0");
    ASSERT_EQ(xe.enable(0), 0);
    EXPECT_EQ(xe.read(xe.debug("gt1/vf2/contexts_quota")), "0");
    // A quota of VRAM or GGTT counts for the graphics GT alone.
    ASSERT_EQ(xe.write(xe.debug("gt0/vf1/lmem_quota"), 2097152), 0);
    ASSERT_EQ(xe.enable(2), 0);
    EXPECT_EQ(xe.read(xe.debug("gt0/vf1/contexts_quota")), "0");
    EXPECT_EQ(xe.read(xe.debug("gt1/vf1/doorbells_quota")), "128");
  }
}

/// Gives VF 1 contexts though the mode is auto, as only a foreign hand can.
void poke_contexts(const XeHost& xe) {
  const Place contexts = xe.debug("sriov/vf1/tile0/gt0/contexts_quota");
  EXPECT_TRUE(sim::poke(xe.host().file(), contexts, "77\n").has_value());
}

TEST(XeMode, AutoOf619And70RefusesVfsThatHaveSomething) {
  XeHost xe("intel-b60-7.0");
  poke_contexts(xe);
  EXPECT_EQ(xe.enable(2), EUCLEAN);
  EXPECT_EQ(vf_count(xe.kernel(), xe.pf()), "0");
}

TEST(XeMode, AutoAfter70GivesAnewWhatVfsHave) {
  XeHost xe("intel-b60-debugfs");
  poke_contexts(xe);
  EXPECT_EQ(xe.enable(2), 0);
  EXPECT_EQ(xe.read(xe.debug("gt0/vf1/contexts_quota")), "16384");
}

TEST(XeMode, After70VramOfOneVfIsEnoughToLeaveVramAlone) {
  XeHost xe("intel-b60-debugfs");
  ASSERT_EQ(xe.write(xe.admin("vf2/profile/vram_quota"), 1ULL << 30U), 0);
  ASSERT_EQ(xe.enable(3), 0);
  EXPECT_EQ(xe.read(xe.debug("gt0/vf1/lmem_quota")), "0");
  EXPECT_EQ(xe.read(xe.debug("gt0/vf2/lmem_quota")), "1073741824");
  for (const std::string vf : {"vf1", "vf2", "vf3"}) {
    EXPECT_EQ(xe.read(xe.debug("gt0/" + vf + "/contexts_quota")), "16384");
    EXPECT_EQ(xe.read(xe.debug("gt1/" + vf + "/doorbells_quota")), "64");
    EXPECT_EQ(xe.read(xe.debug("gt0/" + vf + "/ggtt_quota")), "1073741824");
  }
}

TEST(XeMode, DisablingTakesWhatVfsHadAndLeavesThoseAboveThem) {
  XeHost xe("intel-b60-debugfs");
  ASSERT_EQ(xe.write(xe.admin("vf9/profile/vram_quota"), 2097152), 0);
  ASSERT_EQ(xe.write(xe.admin("pf/profile/exec_quantum_ms"), 10), 0);
  ASSERT_EQ(xe.enable(2), 0);
  EXPECT_EQ(xe.read(xe.debug("gt1/vf2/exec_quantum_ms")), "16");
  ASSERT_EQ(xe.enable(0), 0);
  EXPECT_EQ(xe.read(xe.debug("gt1/vf2/exec_quantum_ms")), "0");
  EXPECT_EQ(xe.read(xe.debug("gt0/vf1/ggtt_quota")), "0");
  EXPECT_EQ(xe.read(xe.debug("gt0/vf9/lmem_quota")), "2097152");
  EXPECT_EQ(xe.read(xe.admin("pf/profile/exec_quantum_ms")), "10");
}

TEST(XeMode, NewerDriversResetThePfToo) {
  XeHost xe("intel-b60-debugfs", {{"resets_pf_schedule", "1"}});
  ASSERT_EQ(xe.enable(1), 0);
  ASSERT_EQ(xe.write(xe.admin("pf/profile/exec_quantum_ms"), 10), 0);
  ASSERT_EQ(xe.write(xe.admin("pf/profile/sched_priority"), "high"), 0);
  ASSERT_EQ(xe.enable(0), 0);
  EXPECT_EQ(xe.read(xe.admin("pf/profile/exec_quantum_ms")), "0");
  EXPECT_EQ(xe.read(xe.debug("gt1/pf/sched_priority")), "0");
}

TEST(XeMode, NothingIsEnabledWhileSomebodyHoldsTheLock) {
  for (const std::string model : {"intel-b60-7.0", "intel-b60-debugfs"}) {
    XeHost xe(model, {{"lockdown_held", "1"}});
    EXPECT_EQ(xe.enable(1), EBUSY);
    EXPECT_EQ(xe.read(xe.debug("gt0/vf1/contexts_quota")), "0");
  }
  XeHost older("intel-b60-6.18", {{"lockdown_held", "1"}});
  EXPECT_EQ(older.enable(1), 0);  // there is no such file
}

TEST(XeMode, AFailureToEnableTakesBackWhatWasGiven) {
  XeHost xe("intel-b60-7.0", {{"initial_vfs", "3"}});
  EXPECT_EQ(xe.enable(2), EIO);
  EXPECT_EQ(xe.read(xe.debug("gt0/vf1/contexts_quota")), "0");
  EXPECT_EQ(xe.read(xe.debug("gt0/vf1/lmem_quota")), "0");
}

}  // namespace
}  // namespace vfmgr::test
