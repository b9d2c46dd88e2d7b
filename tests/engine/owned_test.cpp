// SPDX-License-Identifier: Apache-2.0
// What others made is accepted as it is, and neither changed nor removed unless that is asked for.
#include "vfmgr/inventory.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "engine/tables.hpp"
#include "kernel/kernel.hpp"
#include "sim/sim_kernel.hpp"
#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace vfmgr::test::of_owned {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr auto kFirst = "0000:03:00.0";
constexpr auto kSecond = "0000:04:00.0";

std::string table(const std::string& gpu, const std::string& keys) {
  return "[[gpu]]\nmatch = { address = \"" + gpu + "\" }\n" + keys;
}
std::string first(const std::string& keys) {
  return "schema = 1\n" + table(kFirst, keys);
}

/// Somebody else's write.
void others_write(const Lab& lab, const std::string& path, const std::string& bytes) {
  const AttrTables tables = attr_tables(shipped_backends());
  const auto kernel = sim::open_host_file(lab.file(), tables).value();
  const auto done =
      kernel->write({.in = In::sys, .path = path}, bytes, Blocking::can_hang, Milliseconds(60'000));
  ASSERT_TRUE(done) << to_string(done.error());
}
void others_make_vfs(const Lab& lab, const std::string& gpu, const std::string& count) {
  others_write(lab, "bus/pci/devices/" + gpu + "/sriov_drivers_autoprobe", "0");
  others_write(lab, "bus/pci/devices/" + gpu + "/sriov_numvfs", count);
}

/// A run that is refused for what others made, and writes nothing.
void expect_foreign(Lab& lab, const Result<Report>& report, const std::string& why) {
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::refused);
  std::size_t refused = 0;
  for (const UnitReport& unit : report->units) {
    if (unit.result == Outcome::refused) {
      ++refused;
      EXPECT_EQ(unit.error->kind, ErrorKind::foreign);
      EXPECT_THAT(to_string(*unit.error), HasSubstr(why));
      EXPECT_THAT(to_string(*unit.error), HasSubstr("--adopt"));
    }
  }
  EXPECT_EQ(refused, 1U);
  EXPECT_THAT(lab.writes(), IsEmpty());
}

void expect_done(const Result<Report>& report) {
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::ok)
      << (report->units.empty() || !report->units[0].error ? ""
                                                           : to_string(*report->units[0].error));
}

TEST(VfsOfOthers, AreAcceptedAsTheyAreAndNotTouched) {
  Lab lab({"plain"});
  others_make_vfs(lab, kFirst, "4");
  static_cast<void>(lab.writes());
  const auto as_they_are = lab.apply(first("vfs = 4\n"));
  expect_done(as_they_are);
  EXPECT_EQ(as_they_are->units[0].result, Outcome::unchanged);
  EXPECT_THAT(lab.writes(), IsEmpty());
  expect_foreign(lab, lab.apply(first("vfs = 2\n")), "its 4 VFs were not made by vgpuctl");
  expect_foreign(lab, lab.apply(first("vf_driver = \"vfio-pci\"\n")), "its 4 VFs");
  expect_foreign(lab, lab.teardown(), "its 4 VFs");
}

TEST(VfsOfOthers, ThatAreAdoptedAreOursFromThenOn) {
  const Lab lab({"plain"});
  others_make_vfs(lab, kFirst, "4");
  expect_done(lab.apply(first("vfs = 2\n"), {.adopt = true}));
  expect_done(lab.apply(first("vfs = 3\n")));
  expect_done(lab.teardown());
}

TEST(VfsOfOthers, AreAdoptedByTheProfileToo) {
  const Lab lab({"plain"});
  others_make_vfs(lab, kFirst, "4");
  expect_done(lab.apply(first("adopt = true\nvfs = 2\n")));
}

TEST(VfsOfOthers, AreAdoptedAsTheyAreWithoutAWrite) {
  Lab lab({"plain"});
  others_make_vfs(lab, kFirst, "4");
  static_cast<void>(lab.writes());
  const auto plan = lab.plan(first("vfs = 4\n"), {.adopt = true});
  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->units[0].adopted);
  expect_done(lab.apply(first("vfs = 4\n"), {.adopt = true}));
  EXPECT_THAT(lab.writes(), IsEmpty());
  EXPECT_FALSE(lab.plan(first("vfs = 4\n"), {.adopt = true})->units[0].adopted);
  expect_done(lab.teardown());
}

TEST(VfsOfOthers, RefuseTheWholeRunUnlessTheRestIsToBeDone) {
  Lab lab({"plain", "plain"});
  others_make_vfs(lab, kSecond, "4");
  static_cast<void>(lab.writes());
  const std::string both = "schema = 1\n" + table("*", "vfs = 2\n");
  expect_foreign(lab, lab.apply(both), "its 4 VFs");
  const auto partly = lab.apply(both, {.keep_going = true});
  ASSERT_TRUE(partly);
  EXPECT_EQ(exit_code(*partly), ExitCode::partial);
  EXPECT_EQ(partly->units[0].result, Outcome::applied);
}

TEST(OurVfs, AreNotOursAnyMoreOnceOthersHaveMadeThemAnew) {
  Lab lab({"plain"});
  lab.reach(first("vfs = 2\nvf_driver = \"none\"\n"));
  others_write(lab, std::string("bus/pci/devices/") + kFirst + "/sriov_numvfs", "0");
  others_make_vfs(lab, kFirst, "4");
  static_cast<void>(lab.writes());
  expect_foreign(lab, lab.teardown(), "its 4 VFs");
}

TEST(OurVfs, AreNotKnownAsOursWithoutTheirRecord) {
  Lab lab({"plain"});
  lab.reach(first("vfs = 2\n"));
  std::filesystem::remove_all(lab.file().string() + ".state");
  static_cast<void>(lab.writes());
  expect_foreign(lab, lab.teardown(), "there is no record of it any more");
  expect_done(lab.teardown({.adopt = true}));
}

TEST(VfsOfOthers, AreNotAdoptedByARunThatIsRefused) {
  Lab lab({"plain", "plain"});
  others_make_vfs(lab, kFirst, "4");
  lab.reach("schema = 1\n" + table(kSecond, "vfs = 2\n"));
  lab.hold(std::string(kSecond) + "/0");
  const std::string wish =
      "schema = 1\n" + table(kFirst, "adopt = true\nvfs = 4\n") + table(kSecond, "vfs = 1\n");
  EXPECT_EQ(exit_code(*lab.apply(wish)), ExitCode::refused);
  static_cast<void>(lab.writes());
  expect_foreign(lab, lab.apply(first("vfs = 2\n")), "its 4 VFs");
}

TEST(ABindingOfOthers, IsNotChangedUnlessAsked) {
  Lab lab({"plain"});
  lab.reach(first("vfs = 2\nvf_driver = \"none\"\n"));
  const std::string vf1 = std::string("bus/pci/devices/") + kFirst + "/virtfn1";
  others_write(lab, vf1 + "/driver_override", "vfio-pci");
  others_write(lab, "bus/pci/drivers/vfio-pci/bind", "0000:03:00.2");
  static_cast<void>(lab.writes());
  expect_foreign(lab,
                 lab.apply(first("vfs = 2\nvf_driver = \"none\"\n")),
                 "0000:03:00.0 vf1: others have bound it to vfio-pci");
  expect_done(lab.apply(first("vfs = 2\nvf_driver = \"none\"\n"), {.adopt = true}));
}

TEST(ABindingThatIsGone, IsMendedWithoutAsking) {
  const Lab lab({"plain"});
  lab.reach(first("vfs = 2\n"));
  others_write(lab, "bus/pci/drivers/vfio-pci/unbind", "0000:03:00.2");
  expect_done(lab.apply(first("vfs = 2\n")));
}

TEST(ASavedPlan, IsRefusedWhereOthersMadeTheVfsAndDoesNotAdopt) {
  Lab lab({"plain"});
  others_make_vfs(lab, kFirst, "4");
  const auto refused = lab.plan(first("vfs = 2\n"));
  ASSERT_TRUE(refused);
  EXPECT_EQ(exit_code(*refused), ExitCode::refused);
  const Plan saved = plan_from_json(plan_to_json(*refused)).value();
  static_cast<void>(lab.writes());
  expect_foreign(lab, lab.open().apply(saved, {}), "its 4 VFs");
  const auto adopting = lab.plan(first("vfs = 2\n"), {.adopt = true});
  ASSERT_TRUE(adopting);
  const Plan again = plan_from_json(plan_to_json(*adopting)).value();
  static_cast<void>(lab.writes());
  expect_foreign(lab, lab.open().apply(again, {}), "its 4 VFs");  // a file can be edited
  expect_done(lab.open().apply(again, {.adopt = true}));
}

std::string unlisted(const std::string& tables) {
  return "schema = 1\nunlisted = \"teardown\"\n" + tables;
}

TEST(GpusThatNoTableIsAbout, LoseTheVfsThatWereMadeByUsAndNoOthers) {
  Lab lab({"plain", "plain", "plain"});
  others_make_vfs(lab, "0000:05:00.0", "3");
  lab.reach("schema = 1\n" + table(kFirst, "vfs = 2\n") + table(kSecond, "vfs = 2\n"));
  static_cast<void>(lab.writes());
  expect_done(lab.apply(first("vfs = 2\n")));
  EXPECT_THAT(lab.writes(), IsEmpty());  // left alone without the key
  const auto report = lab.apply(unlisted(table(kFirst, "vfs = 2\n")));
  expect_done(report);
  ASSERT_THAT(report->units, SizeIs(2));
  EXPECT_EQ(report->units[1].result, Outcome::applied);
  EXPECT_THAT(lab.open().inventory({})->gpus,
              ElementsAre(testing::Field(&GpuView::num_vfs, 2U),
                          testing::Field(&GpuView::num_vfs, 0U),
                          testing::Field(&GpuView::num_vfs, 3U)));
}

std::vector<std::string> told(const std::vector<LeftOver>& all) {
  std::vector<std::string> lines;
  lines.reserve(all.size());
  for (const LeftOver& one : all) {
    lines.push_back((one.vf ? "vf" + std::to_string(one.vf->index) + " " : "") + one.attribute);
  }
  return lines;
}

TEST(AKeyThatIsGoneFromTheProfile, IsToldUntilItIsGivenBack) {
  const Lab lab({"intel-b60"});
  lab.reach(first("vfs = 2\nexec_quantum = \"20ms\"\n"));
  EXPECT_THAT(lab.check(first("vfs = 2\nexec_quantum = \"20ms\"\n"))->left_over, IsEmpty());
  const auto gone = lab.check(first("vfs = 2\n"));
  ASSERT_TRUE(gone);
  EXPECT_TRUE(gone->in_sync());
  EXPECT_THAT(told(gone->left_over), ElementsAre("vf0 exec_quantum", "vf1 exec_quantum"));
  EXPECT_EQ(gone->left_over[0].value, Setting(std::uint64_t{20'000}));
  // Also behind a run that changed something else.
  lab.reach(first("vfs = 2\npreempt_timeout = \"50ms\"\n"));
  EXPECT_THAT(told(lab.plan(first("preempt_timeout = \"50ms\"\n"))->units[0].left_over),
              ElementsAre("vf0 exec_quantum", "vf1 exec_quantum", "vfs"));
  lab.reach(first("vfs = 2\nexec_quantum = \"default\"\npreempt_timeout = \"50ms\"\n"));
  EXPECT_THAT(told(lab.check(first("vfs = 2\npreempt_timeout = \"50ms\"\n"))->left_over),
              IsEmpty());
  expect_done(lab.teardown());
  EXPECT_THAT(told(lab.check(first("vfs = 0\n"))->left_over), IsEmpty());
}

TEST(AKeyThatIsGoneFromTheProfile, IsNotToldOfWhatOthersHaveChangedSince) {
  const Lab lab({"plain"});
  lab.reach(first("vfs = 2\nvf_driver = \"vfio-pci\"\n"));
  others_write(lab, "bus/pci/drivers/vfio-pci/unbind", "0000:03:00.2");
  EXPECT_THAT(told(lab.check(first("vfs = 2\n"))->left_over), ElementsAre("vf0 vf_driver"));
}

}  // namespace
}  // namespace vfmgr::test::of_owned
