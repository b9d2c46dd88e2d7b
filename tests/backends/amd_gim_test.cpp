// SPDX-License-Identifier: Apache-2.0
// AMD's gim: VFs that come with a module, modes that go with counts, stores that lie.
#include "vfmgr/inventory.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"

#include "sim/tools.hpp"
#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <string>

namespace vfmgr::test::of_amd_gim {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string head = "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nadopt = true\n";
const std::string cpx = "[gpu.pf]\nmemory_partition = \"NPS4\"\ncompute_partition = \"CPX\"\n";

RunOptions with_all() {
  RunOptions options;
  options.allow_driver_reload = true;
  options.allow_reset = true;
  return options;
}

void reach(const Lab& lab, const std::string& toml) {
  const auto report = lab.apply(toml, with_all());
  ASSERT_TRUE(report) << to_string(report.error());
  ASSERT_EQ(exit_code(*report), ExitCode::ok)
      << to_string(report->units.front().error.value_or(Error{}));
}

Error refused(const Lab& lab, const std::string& toml) {
  const auto plan = lab.plan(toml, with_all());
  EXPECT_FALSE(plan);
  return plan ? Error{} : plan.error();
}

TEST(Gim, MakesVfsWithModesOfAllItsGpus) {
  const Lab lab({"amd-mi300x", "amd-mi300x"});
  const std::string wish = head + "vfs = 8\n" + cpx;
  reach(lab, wish);
  const auto checked = lab.check(wish);
  ASSERT_TRUE(checked) << to_string(checked.error());
  EXPECT_THAT(checked->differences, IsEmpty());
  EXPECT_EQ(lab.read("etc:gim_config"),
            "vf_num=8\naccelerator_partition_mode=8\nmemory_partition_mode=4");
  // What was exported plans to nothing, and a second run writes nothing.
  const auto exported = lab.open().export_toml({});
  ASSERT_TRUE(exported) << to_string(exported.error());
  for (const std::string& again : {*exported, wish}) {
    const auto plan = lab.plan(again, with_all());
    ASSERT_TRUE(plan) << to_string(plan.error());
    EXPECT_TRUE(plan->units.empty() || plan->units.front().steps.empty()) << again;
  }
}

TEST(Gim, GrowsTheMemoryOfAVfWhereNoHoleIsLargeEnough) {
  const Lab lab({"amd-v710-gim"});
  const auto wish = [](const std::string& first, const std::string& others) {
    return head + "vfs = 4\nvram = \"" + others + "\"\n[[gpu.vf]]\nindex = 0\nvram = \"" + first +
           "\"\n";
  };
  reach(lab, wish("8GiB", "4GiB"));
  // Each of the others leaves a hole of 1 GiB, of which no two touch.
  reach(lab, wish("16GiB", "3GiB"));
  const auto checked = lab.check(wish("16GiB", "3GiB"));
  ASSERT_TRUE(checked) << to_string(checked.error());
  EXPECT_THAT(checked->differences, IsEmpty());
  // What only shrinks stays where it is.
  const auto plan = lab.plan(wish("12GiB", "3GiB"), with_all());
  ASSERT_TRUE(plan) << to_string(plan.error());
  EXPECT_EQ(plan->units.front().steps.size(), 1U);
}

TEST(Gim, IsNotReloadedByAnUndoUnlessThatIsAllowed) {
  const Lab lab({"amd-mi300x"});
  reach(lab, head + "vfs = 2\n");
  const std::string before = lab.dump();
  const auto refused = lab.open().undo({});
  ASSERT_TRUE(refused) << to_string(refused.error());
  EXPECT_EQ(exit_code(*refused), ExitCode::not_permitted);
  EXPECT_TRUE(lab.dump() == before);
  const auto undone = lab.open().undo(with_all());
  ASSERT_TRUE(undone) << to_string(undone.error());
  EXPECT_EQ(exit_code(*undone), ExitCode::ok);
  EXPECT_FALSE(lab.dump() == before);
}

TEST(Gim, IsNotReloadedUnlessThatIsAllowed) {
  const Lab lab({"amd-mi300x"});
  const std::string before = lab.dump();
  const auto report = lab.apply(head + "vfs = 2\n");
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::not_permitted);
  ASSERT_EQ(report->units.front().plan.blocked.size(), 1U);
  EXPECT_THAT(report->units.front().plan.blocked.front().error.help,
              HasSubstr("--allow-driver-reload"));
  EXPECT_TRUE(lab.dump() == before);
}

TEST(Gim, ResetsAHiveOnlyWhereThatIsAllowed) {
  const Lab lab({"amd-mi300x", "amd-mi300x"});
  reach(lab, head + "vfs = 4\n");
  RunOptions options;
  const std::string nps4 = head + "vfs = 4\n[gpu.pf]\nmemory_partition = \"NPS4\"\n";
  const auto plan = lab.plan(nps4, options);
  ASSERT_TRUE(plan) << to_string(plan.error());
  ASSERT_EQ(plan->units.front().blocked.size(), 1U);
  EXPECT_THAT(plan->units.front().blocked.front().error.help, HasSubstr("--allow-reset"));
  // No reload: the count stays.
  reach(lab, nps4);
  EXPECT_THAT(lab.read("etc:gim_config"), HasSubstr("memory_partition_mode=4"));
}

TEST(Gim, TakesNoVfFromUnderAVm) {
  const Lab lab({"amd-mi300x", "amd-mi300x"});
  reach(lab, head + "vfs = 2\nvf_driver = \"vfio-pci\"\n");
  lab.hold("0000:04:00.0/1");
  const std::string before = lab.dump();
  const auto report = lab.apply(head + "vfs = 4\n", with_all());
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::refused);
  EXPECT_TRUE(lab.dump() == before);
}

TEST(Gim, RefusesModesThatItWouldReplaceInSilence) {
  const Lab lab({"amd-mi300x"});
  const Error modes = refused(lab, head + "vfs = 2\n[gpu.pf]\nmemory_partition = \"NPS4\"\n");
  EXPECT_EQ(modes.kind, ErrorKind::does_not_fit);
  EXPECT_THAT(modes.help, HasSubstr("NPS1 with DPX"));
  const Error spx = refused(lab, head + "vfs = 8\n[gpu.pf]\ncompute_partition = \"SPX\"\n");
  EXPECT_THAT(spx.why, HasSubstr("does not go with 8 VFs"));
  EXPECT_EQ(spx.spot.value_or(Spot{}).line, 7U);
  const Error eight = refused(lab, head + "vfs = 8\n[gpu.pf]\nmemory_partition = \"NPS8\"\n");
  EXPECT_THAT(eight.why, HasSubstr("takes NPS8 for NPS4"));
}

TEST(Gim, HasVfsOnAllItsGpusOrOnNone) {
  const Lab lab({"amd-mi300x", "amd-mi300x"});
  const Error error =
      refused(lab,
              "schema = 1\n[[gpu]]\nmatch = { address = \"0000:03:00.0\" }\nvfs = 0\nadopt = true\n"
              "[[gpu]]\nmatch = { address = \"0000:04:00.0\" }\nvfs = 2\n");
  EXPECT_EQ(error.kind, ErrorKind::does_not_fit);
  EXPECT_THAT(error.why, HasSubstr("at least one VF on each of its GPUs"));
  EXPECT_EQ(error.spot.value_or(Spot{}).line, 4U);
}

TEST(Gim, GoesAwayWithItsVfsAndComesBack) {
  const Lab lab({"amd-mi300x"});
  reach(lab, head + "vfs = 2\n");
  const auto report = lab.teardown(with_all());
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::ok);
  EXPECT_EQ(lab.read("module:gim"), "errno " + std::to_string(ENOENT));
  // Its GPU is known by its id, and the module is loaded again.
  reach(lab, head + "vfs = 1\n");
  EXPECT_EQ(lab.read("module:gim"), "loaded vf_num=1");
}

TEST(Gim, WhoseFirmwareAllowsOneVfSaysSo) {
  const Lab lab({"amd-mi300x-1vf"});
  const auto inventory = lab.open().inventory({}, Detail::whole);
  ASSERT_TRUE(inventory) << to_string(inventory.error());
  const auto& findings = inventory->gpus.front().findings;
  EXPECT_TRUE(std::ranges::any_of(findings, [](const Finding& one) {
    return one.what.find("firmware allows 1 VF") != std::string::npos;
  }));
}

TEST(Gim, FileOfSomebodyElseIsReplacedAsAWhole) {
  // The driver writes over it without cutting it off, so that the rest of a longer text stays, and
  // the next load throws all of it away.
  const Lab lab({"amd-mi300x"});
  lab.by_hand("etc:gim_config",
              "vf_num=1\n\n\naccelerator_partition_mode=1\n\nmemory_partition_mode=1\n\n\n");
  reach(lab, head + "vfs = 4\n");
  EXPECT_THAT(lab.read("etc:gim_config"), Not(HasSubstr("\n\n")));
}

TEST(Gim, AReadThatResetsTheGpuIsNeverDone) {
  const Lab lab({"amd-mi300x"});
  reach(lab, head + "vfs = 8\n" + cpx);
  static_cast<void>(lab.open().inventory({}, Detail::whole));
  static_cast<void>(lab.open().export_toml({}));
  EXPECT_THAT(lab.dump(), Not(HasSubstr("/resets = ")));
  EXPECT_FALSE(lab.tries("sys:bus/pci/devices/0000:03:00.0/reset_gpu", "1"));
}

TEST(GimShares, GiveEachVfItsOwn) {
  const Lab lab({"amd-v710-gim"});
  const std::string wish = head +
                           "vfs = 2\nvram = \"8GiB\"\nexec_quantum = \"5ms\"\n"
                           "[[gpu.vf]]\nindex = 1\nvram = \"4GiB\"\nexec_quantum = \"2ms\"\n";
  reach(lab, wish);
  const auto inventory = lab.open().inventory({}, Detail::whole);
  ASSERT_TRUE(inventory) << to_string(inventory.error());
  const auto& vfs = inventory->gpus.front().vfs;
  EXPECT_EQ(vfs.at(0).attributes.at("vram"), Setting(std::uint64_t{8} << 30U));
  EXPECT_EQ(vfs.at(1).attributes.at("vram"), Setting(std::uint64_t{4} << 30U));
  EXPECT_EQ(vfs.at(1).attributes.at("exec_quantum"), Setting(std::uint64_t{2000}));
  const Error odd = refused(lab, head + "vfs = 2\nexec_quantum = \"1050us\"\n");
  EXPECT_THAT(odd.why, HasSubstr("steps of 100us"));
}

}  // namespace
}  // namespace vfmgr::test::of_amd_gim
