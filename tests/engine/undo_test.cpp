// SPDX-License-Identifier: Apache-2.0
// What was changed is remembered, and taken back run by run.
#include "vfmgr/history.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "engine/history.hpp"
#include "engine/tables.hpp"
#include "kernel/kernel.hpp"
#include "sim/sim_kernel.hpp"
#include "sim/tools.hpp"
#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace vfmgr::test::of_undo {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string with(const std::string& keys) {
  return "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\n" + keys;
}
const std::string two = with("vfs = 2\n");
const std::string two_slower = with("vfs = 2\nexec_quantum = \"50ms\"\n");
const std::string four = with("vfs = 4\nvf_driver = \"none\"\n");

void undo(const Lab& lab, ExitCode code = ExitCode::ok) {
  const auto report = lab.open().undo({});
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), code);
}

std::size_t files_in(const std::filesystem::path& folder) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    count += entry.is_regular_file() ? 1U : 0U;
  }
  return count;
}

TEST(Undo, GoesBackRunByRun) {
  const Lab lab({"intel-b60"});
  const std::string at_first = lab.dump();
  lab.reach(two);
  const std::string after_two = lab.dump();
  lab.reach(two_slower);
  const std::string after_slower = lab.dump();
  lab.reach(four);
  ASSERT_TRUE(lab.teardown());

  undo(lab);
  EXPECT_EQ(exit_code(*lab.check(four)), ExitCode::ok);
  undo(lab);
  EXPECT_TRUE(lab.dump() == after_slower);
  undo(lab);
  EXPECT_TRUE(lab.dump() == after_two);
  undo(lab);
  EXPECT_TRUE(lab.dump() == at_first);
  const auto nothing = lab.open().undo({});
  ASSERT_TRUE(nothing);
  EXPECT_THAT(nothing->units, IsEmpty());
  EXPECT_TRUE(lab.dump() == at_first);
}

TEST(Undo, OfSomethingNewComesBeforeWhatWasLeftOfOlderRuns) {
  const Lab lab({"intel-b60"});
  const std::string at_first = lab.dump();
  lab.reach(two);
  lab.reach(four);
  undo(lab);
  lab.reach(two_slower);
  undo(lab);
  EXPECT_EQ(exit_code(*lab.check(two)), ExitCode::ok);
  undo(lab);
  EXPECT_TRUE(lab.dump() == at_first);
}

TEST(Undo, TouchesNothingWhereTheHostMovedSince) {
  Lab lab({"plain"});
  lab.reach(two);
  const AttrTables tables = attr_tables(shipped_backends());
  const auto others = sim::open_host_file(lab.file(), tables).value();
  ASSERT_TRUE(others->write({.in = In::sys, .path = "bus/pci/drivers/vfio-pci/unbind"},
                            "0000:03:00.2",
                            Blocking::can_hang,
                            Milliseconds(100)));
  static_cast<void>(lab.writes());
  const auto refused = lab.open().undo({});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::stale);
  EXPECT_THAT(to_string(refused.error()), HasSubstr("virtfn1/driver"));
  EXPECT_THAT(lab.writes(), IsEmpty());
}

TEST(Undo, TouchesNothingThatSomebodyUses) {
  Lab lab({"plain"});
  lab.reach(two);
  lab.hold("0000:03:00.0/1");
  static_cast<void>(lab.writes());
  const auto plan = lab.open().plan_undo({});
  ASSERT_TRUE(plan) << to_string(plan.error());
  EXPECT_EQ(exit_code(*plan), ExitCode::refused);
  undo(lab, ExitCode::refused);
  EXPECT_THAT(lab.writes(), IsEmpty());
  ASSERT_TRUE(sim::release_vf(lab.file(), "0000:03:00.0/1"));
  undo(lab);
}

TEST(Undo, ThatFailsIsStillToBeDone) {
  const Lab lab({"plain"});
  const std::string at_first = lab.dump();
  lab.reach(two);
  const std::string after_two = lab.dump();
  lab.fault(gpu_file("sriov_numvfs"), EIO);
  undo(lab, ExitCode::failed);
  EXPECT_TRUE(lab.dump() == after_two);
  undo(lab);
  EXPECT_TRUE(lab.dump() == at_first);
}

TEST(Undo, OfSomeGpusAloneIsEndedByTheNext) {
  Lab lab({"plain", "plain"});
  const std::string at_first = lab.dump();
  lab.reach(two);
  lab.fault(gpu_file("sriov_numvfs"), EIO);
  undo(lab, ExitCode::partial);
  undo(lab);
  EXPECT_TRUE(lab.dump() == at_first);
  EXPECT_THAT(lab.open().undo({})->units, IsEmpty());
}

TEST(History, TellsWhatWasAskedForByWhomAndWhatCameOfIt) {
  const Lab lab({"plain", "plain"});
  ASSERT_TRUE(lab.apply(two, {.by = "ann", .what = "apply lab.toml"}));
  ASSERT_TRUE(lab.apply(two, {.by = "bob", .what = "apply lab.toml"}));  // changes nothing
  undo(lab);
  const auto runs = lab.open().history();
  ASSERT_TRUE(runs) << to_string(runs.error());
  ASSERT_THAT(*runs, SizeIs(2));
  const PastRun& first = runs->front();
  EXPECT_EQ(first.id, 1);
  EXPECT_EQ(first.by, "ann");
  EXPECT_EQ(first.what, "apply lab.toml");
  EXPECT_TRUE(first.undone);
  EXPECT_EQ(first.when.size(), std::string("2026-11-24T21:11:42Z").size());
  ASSERT_THAT(first.gpus, SizeIs(2));
  EXPECT_EQ(first.gpus[1].vfs_before, 0);
  EXPECT_EQ(first.gpus[1].vfs_after, 2);
  EXPECT_EQ(runs->back().undoes, 1);
  EXPECT_EQ(runs->back().gpus[0].vfs_before, 2);
}

TEST(History, RemembersOnlyUnitsThatArrived) {
  const Lab lab({"plain", "plain"});
  lab.fault(gpu_file("sriov_numvfs"), EIO);
  const auto report = lab.apply(two);
  ASSERT_TRUE(report);
  ASSERT_EQ(exit_code(*report), ExitCode::partial);
  const auto runs = lab.open().history();
  ASSERT_TRUE(runs);
  ASSERT_THAT(*runs, SizeIs(1));
  ASSERT_THAT(runs->front().gpus, SizeIs(1));
  EXPECT_EQ(to_string(runs->front().gpus[0].gpu), "0000:04:00.0");
}

TEST(History, KeepsTheLastTwentyRuns) {
  const Lab lab({"plain"});
  const std::filesystem::path state = lab.file().string() + ".state";
  for (int round = 0; round < 12; ++round) {
    lab.reach(two);
    ASSERT_TRUE(lab.teardown());
  }
  const auto files = files_in(state);
  for (int round = 0; round < 5; ++round) {
    lab.reach(two);
    ASSERT_TRUE(lab.teardown());
  }
  EXPECT_EQ(files_in(state), files);
  const auto runs = lab.open().history();
  ASSERT_TRUE(runs);
  EXPECT_EQ(runs->size(), 20U);
  EXPECT_EQ(runs->back().id, 34U);
}

TEST(History, IsReadBackAsItWasWritten) {
  const Lab lab({"plain"});
  lab.reach(two);
  Remembered run = past_runs(*sim::open_host_file(lab.file(), {}).value()).value().front();
  run.boot_id = "another";
  const auto again = decode_past_run(encode_past_run(run), "it");
  ASSERT_TRUE(again) << to_string(again.error());
  EXPECT_EQ(again->boot_id, "another");
  EXPECT_EQ(again->units[0].steps, run.units[0].steps);
  EXPECT_EQ(again->units[0].target, run.units[0].target);
}

TEST(History, DamagedSaysWhichFile) {
  const Lab lab({"plain"});
  lab.reach(two);
  std::filesystem::resize_file(lab.file().string() + ".state/run/history/1", 100);
  const auto runs = lab.open().history();
  ASSERT_FALSE(runs);
  EXPECT_EQ(runs.error().kind, ErrorKind::syntax);
  EXPECT_THAT(runs.error().subject, HasSubstr("history/1"));
}

}  // namespace
}  // namespace vfmgr::test::of_undo
