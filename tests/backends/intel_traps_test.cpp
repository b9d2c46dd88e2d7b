// SPDX-License-Identifier: Apache-2.0
// What xe and i915 do that nobody would expect, each by its name: what vgpuctl makes of it. The
// drivers' own side of it, as the simulator has it, is in tests/sim/xe_*_test.cpp and
// i915_*_test.cpp.
#include "vfmgr/inventory.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"

#include "sim/tools.hpp"
#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace vfmgr::test::of_intel_traps {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string head = "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\n";
const std::string times = "exec_quantum = \"20ms\"\npreempt_timeout = \"40ms\"\n";
const std::string quantum_of_pf = "[gpu.pf]\nexec_quantum = \"10ms\"\n";

const std::string i915_tree = "drm/card0/prelim_iov/";

std::string xe_file(const std::string& leaf) {
  return gpu_file("sriov_admin/" + leaf);
}
std::string debug_file(const std::string& leaf, const std::string& gpu = "0000:03:00.0") {
  return "debug:dri/" + gpu + "/" + leaf;
}

VfView first_vf(const Lab& lab) {
  const auto inventory = lab.open().inventory({}, Detail::whole);
  EXPECT_TRUE(inventory) << to_string(inventory.error());
  return inventory ? inventory->gpus.front().vfs.at(0) : VfView{};
}

/// Where among these the first is that begins so.
std::size_t turn_of(const std::vector<std::string>& writes, const std::string& begin) {
  const auto found = std::ranges::find_if(
      writes, [&](const std::string& write) { return write.starts_with(begin); });
  EXPECT_NE(found, writes.end()) << begin;
  return static_cast<std::size_t>(found - writes.begin());
}

// ---- xe

TEST(XeTrap, VramOfOneVfMakesTheDriverGiveNoneToTheOthers) {
  const Lab lab({"intel-b60"});
  const auto plan = lab.plan(head + "vfs = 2\n[[gpu.vf]]\nindex = 1\nvram = \"2GiB\"\n");
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error().why, HasSubstr("vf0 would get none from this driver"));
  EXPECT_EQ(plan.error().spot.value_or(Spot{}).line, 7U);
}

TEST(XeTrap, ABulkQuotaReachesVfsThatNobodyMeans) {
  for (const char* const model : {"intel-b60", "intel-b60-7.0", "intel-b50"}) {
    Lab lab({model});
    lab.reach(head + "vfs = 2\npriority = \"normal\"\n" + times);
    lab.reach(head + "vfs = 3\npriority = \"normal\"\n" + times);
    for (const std::string& write : lab.writes()) {
      EXPECT_TRUE(write.find(".bulk_profile/") == std::string::npos ||
                  write.find(".bulk_profile/sched_priority") != std::string::npos)
          << write;
    }
  }
}

TEST(XeTrap, AQuotaAboveTheCountStaysAllocated) {
  const Lab lab({"intel-b60"});
  lab.by_hand(xe_file("vf9/profile/vram_quota"), "4294967296");
  lab.reach(head + "vfs = 2\nvram = \"10GiB\"\n");
  EXPECT_EQ(lab.read(xe_file("vf9/profile/vram_quota")), "0");
}

TEST(XeTrap, AQuotaAboveTheCountComesBackWhereTheRunFails) {
  const Lab lab({"intel-b60"});
  lab.by_hand(xe_file("vf9/profile/vram_quota"), "4294967296");
  const std::string before = lab.dump();
  lab.fault(gpu_file("sriov_numvfs"), ENOMEM);
  const auto report = lab.apply(head + "vfs = 2\nvram = \"10GiB\"\n");
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::failed);
  EXPECT_TRUE(lab.dump() == before);
}

TEST(XeTrap, TheGpusOwnTimesOutliveItsVfs) {
  for (const char* const model : {"intel-b60", "intel-b60-7.0", "intel-b60-6.17"}) {
    SCOPED_TRACE(model);
    const Lab lab({model});
    const std::string before = lab.dump();
    lab.reach(head + "vfs = 2\n" + quantum_of_pf);
    const auto report = lab.teardown();
    ASSERT_TRUE(report) << to_string(report.error());
    EXPECT_EQ(exit_code(*report), ExitCode::ok);
    EXPECT_TRUE(lab.dump() == before);
  }
}

TEST(XeTrap, TheNewestDriverChoosesTimesAnewWhenVfsCome) {
  Lab lab({"intel-b60"});
  lab.reach(head + "vfs = 2\nvram = \"2GiB\"\n" + times);
  const std::vector<std::string> writes = lab.writes();
  const std::size_t count = turn_of(writes, gpu_file("sriov_numvfs"));
  EXPECT_LT(turn_of(writes, xe_file("vf1/profile/vram_quota")), count);
  EXPECT_GT(turn_of(writes, xe_file("vf1/profile/exec_quantum_ms")), count);
  EXPECT_EQ(first_vf(lab).attributes.at("exec_quantum"), Setting(std::uint64_t{20'000}));
}

TEST(XeTrap, AVfThatHasSomethingKeepsAutomaticSharingFromWorking) {
  // 6.19 and 7.0 answer EUCLEAN, 6.17 and 6.18 leave a GT's VFs without a share and say nothing.
  for (const char* const model : {"intel-b60-7.0", "intel-b60-6.17", "intel-b60-6.18"}) {
    SCOPED_TRACE(model);
    const Lab lab({model});
    lab.by_hand(debug_file("gt1/vf2/contexts_quota"), "512");
    // What a profile names by debugfs makes it look there.
    lab.reach(head + "vfs = 2\nggtt = \"default\"\ncontexts = \"default\"\n");
    for (const char* const vf : {"vf1", "vf2"}) {
      EXPECT_NE(lab.read(debug_file(std::string("gt0/") + vf + "/contexts_quota")), "0");
      EXPECT_NE(lab.read(debug_file(std::string("gt1/") + vf + "/contexts_quota")), "0");
    }
  }
}

TEST(XeTrap, AFunctionAboveLowMustBeMadeToStop) {
  Lab lab({"intel-b60"});
  const std::string finite = head + "vfs = 1\npriority = \"normal\"\n" + times;
  lab.reach(finite);
  std::vector<std::string> writes = lab.writes();
  const std::string priority = xe_file(".bulk_profile/sched_priority");
  EXPECT_GT(turn_of(writes, priority + " = normal"),
            turn_of(writes, xe_file("vf1/profile/preempt_timeout_us")));
  lab.reach(head +
            "vfs = 1\npriority = \"low\"\nexec_quantum = \"infinite\"\npreempt_timeout = "
            "\"infinite\"\n");
  writes = lab.writes();
  EXPECT_LT(turn_of(writes, priority + " = low"),
            turn_of(writes, xe_file("vf1/profile/exec_quantum_ms")));
}

TEST(XeTrap, ThePrioritysOneWriteIsForAllAndTakesTheGpusOwnAlong) {
  Lab lab({"intel-b60"});
  lab.reach(head + "vfs = 1\npriority = \"normal\"\n" + times +
            "[gpu.pf]\nexec_quantum = \"10ms\"\npriority = \"high\"\n");
  const std::vector<std::string> writes = lab.writes();
  EXPECT_GT(turn_of(writes, xe_file("pf/profile/sched_priority = high")),
            turn_of(writes, xe_file(".bulk_profile/sched_priority")));
  // So it can't be asked for one of them.
  EXPECT_FALSE(
      Profile::parse({{.file = "one.toml",
                       .text = head + "vfs = 2\n[[gpu.vf]]\nindex = 0\npriority = \"normal\"\n"}}));
}

TEST(XeTrap, GtsThatDisagreeAreUnreadableAndNoValue) {
  const Lab lab({"intel-b60-7.0"});
  lab.reach(head + "vfs = 1\n" + times);
  lab.by_hand(debug_file("gt0/vf1/exec_quantum_ms"), "33");
  EXPECT_EQ(lab.read(xe_file("vf1/profile/exec_quantum_ms")), "errno " + std::to_string(EUCLEAN));
  const auto checked = lab.check(head + "vfs = 1\n" + times);
  ASSERT_TRUE(checked) << to_string(checked.error());
  ASSERT_EQ(checked->unreadable.size(), 1U);
  EXPECT_EQ(checked->unreadable.front().attribute, "exec_quantum");
  lab.reach(head + "vfs = 1\n" + times);
  EXPECT_EQ(lab.read(xe_file("vf1/profile/exec_quantum_ms")), "20");
}

TEST(XeTrap, AQuotaThatIsRefusedIsLostAndWrittenAgain) {
  // A greater range is looked for once the old one is gone (xe_gt_sriov_pf_config.c).
  const Lab lab({"intel-ptl"});
  const std::string gpu = "0000:00:02.0";
  const std::string shares = head + "vfs = 2\ncontexts = 1024\nggtt = ";
  lab.reach(shares + "\"256MiB\"\n");
  const std::string before = lab.dump();
  // 64 MiB beside the two are not to be seen: the sum fits, what is left in one piece does not.
  const auto report = lab.apply(shares + "\"2000MiB\"\n");
  ASSERT_TRUE(report) << to_string(report.error());
  if (exit_code(*report) != ExitCode::ok) {
    EXPECT_EQ(exit_code(*report), ExitCode::failed);
    EXPECT_TRUE(lab.dump() == before);
  }
  EXPECT_NE(lab.read(debug_file("gt0/vf1/ggtt_quota", gpu)), "0");
}

TEST(XeTrap, ZeroWhereThereIsNoVfIsNobodysWish) {
  const Lab lab({"intel-b60"});
  const auto exported = lab.open().export_toml({});
  ASSERT_TRUE(exported) << to_string(exported.error());
  EXPECT_THAT(*exported, Not(HasSubstr("vram")));
  EXPECT_THAT(*exported, Not(HasSubstr("exec_quantum")));
}

TEST(XeTrap, WhatTheDriverChoseIsExportedAsAComment) {
  const Lab lab({"intel-b60"});
  lab.reach(head + "vfs = 2\n");
  const auto exported = lab.open().export_toml({});
  ASSERT_TRUE(exported) << to_string(exported.error());
  EXPECT_THAT(*exported, HasSubstr("\n# vram = \"4GiB\"  chosen by the driver\n"));
}

TEST(XeTrap, VfsOfACustomModeHaveNothingUnlessTheyAreGivenIt) {
  const Lab lab({"intel-ptl"});
  const auto refused = lab.plan(head + "vfs = 2\nggtt = \"256MiB\"\n");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().why, HasSubstr("contexts of vf0 is missing"));
}

TEST(XeTrap, TheModeStandsInNoFile) {
  for (const char* const model : {"intel-b60-7.0", "intel-b60-debugfs"}) {
    SCOPED_TRACE(model);
    const Lab lab({model});
    // By hand, and back to nothing: the mode stays custom.
    lab.by_hand(debug_file("gt0/vf1/contexts_quota"), "1024");
    lab.by_hand(debug_file("gt0/vf1/contexts_quota"), "0");
    const std::string before = lab.dump();
    const auto report = lab.apply(head + "vfs = 2\n");
    ASSERT_TRUE(report) << to_string(report.error());
    EXPECT_EQ(report->units.front().result, Outcome::rolled_back);
    const Error error = report->units.front().error.value_or(Error{});
    EXPECT_THAT(error.why, HasSubstr("the driver shared out nothing"));
    EXPECT_THAT(error.help, HasSubstr("sriov/restore_auto_provisioning"));
    EXPECT_TRUE(lab.dump() == before);
    lab.by_hand(debug_file("sriov/restore_auto_provisioning"), "1");
    lab.reach(head + "vfs = 2\n");
  }
}

TEST(XeTrap, ClampedTimesAreRefused) {
  const Lab lab({"intel-b60"});
  for (const char* const key : {"exec_quantum", "preempt_timeout"}) {
    const auto refused = lab.plan(head + "vfs = 1\n" + key + " = \"101s\"\n");
    ASSERT_FALSE(refused);
    EXPECT_EQ(exit_code(refused.error()), ExitCode::wrong_here);
    EXPECT_EQ(refused.error().spot.value_or(Spot{}).line, 5U);
  }
}

// ---- both

TEST(IntelTrap, RoundedQuotasAreAsWished) {
  for (const char* const model : {"intel-b60", "intel-flex170"}) {
    SCOPED_TRACE(model);
    const Lab lab({model});
    const std::string odd = head + "vfs = 1\nvram = 1073741825\n" +
                            (std::string(model) == "intel-b60"
                                 ? std::string()
                                 : "ggtt = \"256MiB\"\ncontexts = 1000\ndoorbells = 16\n");
    lab.reach(odd);
    EXPECT_EQ(first_vf(lab).attributes.at("vram"), Setting(std::uint64_t{1'075'838'976}));
    const auto checked = lab.check(odd);
    ASSERT_TRUE(checked) << to_string(checked.error());
    EXPECT_TRUE(checked->differences.empty());
    const auto again = lab.plan(odd);
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->units.empty() || again->units.front().steps.empty());
  }
}

TEST(IntelTrap, TheGpuItselfHasAPartOfWhatThereIs) {
  // Of 65,535 contexts i915 keeps a share as large as a VF's would be; of GGTT both keep their
  // spare.
  const Lab adl({"intel-adl-i915"});
  const auto contexts = adl.plan(head + "vfs = 2\nggtt = \"256MiB\"\ncontexts = 30000\n");
  ASSERT_FALSE(contexts);
  EXPECT_EQ(contexts.error().kind, ErrorKind::does_not_fit);
  EXPECT_THAT(contexts.error().why, HasSubstr("ask for 60000, and the GPU has 57344 for them"));
  for (const char* const model : {"intel-ptl", "intel-b60-7.0", "intel-adl-i915"}) {
    SCOPED_TRACE(model);
    const Lab lab({model});
    const std::string vram = std::string(model) == "intel-b60-7.0" ? "vram = \"2GiB\"\n" : "";
    const auto ggtt = lab.plan(head + "vfs = 2\n" + vram + "contexts = 1024\nggtt = \"2040MiB\"\n");
    ASSERT_FALSE(ggtt);
    EXPECT_THAT(to_string(ggtt.error()), HasSubstr("2 VFs together ask for"));
  }
}

TEST(IntelTrap, WhatVfsHaveCountsAsTheirs) {
  for (const char* const model : {"intel-ptl", "intel-flex170"}) {
    SCOPED_TRACE(model);
    const Lab lab({model});
    const std::string vram = std::string(model) == "intel-ptl" ? "" : "vram = \"7GiB\"\n";
    const std::string most = head + "vfs = 2\n" + vram + "contexts = 28000\nggtt = \"1900MiB\"\n";
    lab.reach(most);
    lab.reach(most + times);
    lab.reach(head + "vfs = 3\n" + (vram.empty() ? "" : "vram = \"5GiB\"\n") +
              "contexts = 15000\nggtt = \"1300MiB\"\n");
  }
}

TEST(IntelTrap, EccTakesVramThatACardIsSoldWith) {
  // What the driver says is left counts, not what the card is sold with.
  const Lab lab({"intel-flex170"});
  const std::string four_gib_less = "12884901888";
  ASSERT_TRUE(sim::poke(lab.file(),
                        *parse_place(gpu_file(i915_tree + "pf/gt/available/lmem_free")),
                        four_gib_less + "\n"));
  const auto plan =
      lab.plan(head + "vfs = 2\nvram = \"7GiB\"\nggtt = \"256MiB\"\ncontexts = 1024\n");
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error().why, HasSubstr("the card has 12160MiB for them"));
}

// ---- i915

TEST(I915Trap, ContextsAreRoundedUpTo128) {
  const Lab lab({"intel-adl-i915"});
  lab.reach(head + "vfs = 1\nggtt = \"256MiB\"\ncontexts = 1000\n");
  EXPECT_EQ(first_vf(lab).attributes.at("contexts"), Setting(std::uint64_t{1024}));
}

TEST(I915Trap, WhatIsGivenByHandStaysWhenVfsGo) {
  const Lab lab({"intel-flex170"});
  lab.reach(head + "vfs = 2\nvram = \"2GiB\"\nggtt = \"256MiB\"\ncontexts = 1024\n");
  const auto report = lab.teardown();
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(lab.read(gpu_file(i915_tree + "vf1/gt/lmem_quota")), "0");
  EXPECT_EQ(lab.read(gpu_file(i915_tree + "pf/auto_provisioning")), "1");
}

TEST(I915Trap, ATimeAloneEndsAutomaticSharingOnceVfsAreThere) {
  Lab lab({"intel-flex170"});
  lab.reach(head + "vfs = 2\n" + times);
  const std::vector<std::string> writes = lab.writes();
  // The driver has given out by then, and is told before it would end that by itself.
  EXPECT_LT(turn_of(writes, gpu_file("sriov_numvfs")),
            turn_of(writes, gpu_file(i915_tree + "pf/auto_provisioning = 0")));
  EXPECT_NE(first_vf(lab).attributes.at("contexts"), Setting(std::uint64_t{0}));
}

TEST(I915Trap, ACountIsRefusedWhileTheFlagOfAssignmentIsSet) {
  const Lab lab({"intel-flex170"});
  lab.reach(head + "vfs = 2\n");
  const std::string before = lab.dump();
  lab.fault(gpu_file("sriov_numvfs"), EPERM);
  const auto report = lab.teardown();
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(report->units.front().result, Outcome::rolled_back);
  EXPECT_THAT(report->units.front().error.value_or(Error{}).help, HasSubstr("stop the VMs"));
  EXPECT_TRUE(lab.dump() == before);
}

TEST(I915Trap, TheGpusPriorityAndThePolicyOfItsVfsExcludeEachOther) {
  const Lab lab({"intel-flex170"});
  lab.reach(head + "vfs = 1\npriority = \"normal\"\n" + times);
  // From one to the other: the first is given up before the second is set.
  lab.reach(head + "vfs = 1\npriority = \"low\"\n" + times +
            "[gpu.pf]\nexec_quantum = \"10ms\"\npreempt_timeout = \"10ms\"\npriority = \"high\"\n");
  EXPECT_EQ(lab.read(gpu_file(i915_tree + "pf/gt/sched_priority")), "2");
  EXPECT_EQ(lab.read(gpu_file(i915_tree + "pf/gt/policies/sched_if_idle")), "0");
}

TEST(I915Trap, OnlyTheTableOfTheMainGtCanBeShared) {
  Lab lab({"intel-mtl-i915"});
  lab.reach(head + "vfs = 1\nggtt = \"256MiB\"\ncontexts = 1024\n");
  EXPECT_THAT(lab.writes(), Each(Not(HasSubstr("gt1/ggtt_quota"))));
}

}  // namespace
}  // namespace vfmgr::test::of_intel_traps
