// SPDX-License-Identifier: Apache-2.0
#include "engine/journal.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "engine/files.hpp"
#include "kernel/kernel.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ios>
#include <string>
#include <system_error>

namespace vfmgr {
namespace {

const Place the_count{.in = In::sys, .path = "a/virtfn", .as = As::count};
const Place the_file{.in = In::sys, .path = "a/file"};

void put(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
}

class JournalTest : public ::testing::Test {
 public:
  JournalTest(const JournalTest&) = delete;
  JournalTest(JournalTest&&) = delete;
  JournalTest& operator=(const JournalTest&) = delete;
  JournalTest& operator=(JournalTest&&) = delete;

 protected:
  JournalTest() {
    std::string name = (std::filesystem::temp_directory_path() / "vgpuctl-journal-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      std::abort();
    }
    state_ = {.run = std::filesystem::path(name) / "run",
              .lib = std::filesystem::path(name) / "lib"};
  }
  ~JournalTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(state_.run.parent_path(), ignored);
  }

  static UnitPlan unit() {
    UnitPlan plan;
    plan.unit.gpus = {Gpu{.address = {.domain = 0, .bus = 3, .device = 0, .function = 0}}};
    plan.backend = "generic";
    plan.before = {{the_count, text_value("0")}, {the_file, text_value("old")}};
    plan.target = {{the_count, text_value("2")}};
    plan.steps = {change()};
    return plan;
  }
  static Change change() {
    Change change{.what = "vfs"};
    change.to = the_file;
    change.bytes = {.text = "2"};
    change.effects = {{.at = the_count, .before = text_value("0"), .expect = text_value("2")}};
    change.wipes = {Place{.in = In::sys, .path = "a/virtfn"}};
    return change;
  }
  /// The journal of a run that died in its first write.
  std::filesystem::path died_in_a_write() {
    auto journal = Journal::create(state_, "boot", {unit()});
    EXPECT_TRUE(journal) << to_string(journal.error());
    EXPECT_TRUE(journal->begin(0, change()));
    journal->close();
    return cut_off_runs(state_)->front().file;
  }

  StateDir state_;
};

TEST_F(JournalTest, TellsWhatARunBeganAndMayHaveLeft) {
  died_in_a_write();
  const auto runs = cut_off_runs(state_);
  ASSERT_TRUE(runs);
  ASSERT_EQ(runs->size(), 1U);
  const CutOff& run = runs->front();
  EXPECT_EQ(run.boot_id, "boot");
  EXPECT_TRUE(run.units[0].write_open);
  EXPECT_EQ(run.units[0].writes_done, 0U);
  EXPECT_TRUE(run.units[0].begun.explains(the_count, text_value("2")));
  EXPECT_EQ(run.units[0].plan.before, unit().before);
}

TEST_F(JournalTest, OfAnotherBootTellsOnlyWhatLasts) {
  const Place file{.in = In::etc, .path = "gim_config"};
  Change write = change();
  write.to = file;
  write.effects = {{.at = file, .before = text_value("old"), .expect = text_value("new")}};
  Change load = change();
  load.effects.push_back({.at = file, .before = text_value("new"), .expect = text_value("new")});
  for (const Match match : {Match::exact, Match::any}) {
    load.effects.back().expect.match = match;
    UnitPlan plan = unit();
    plan.before[file] = text_value("old");
    plan.steps = {change(), write, load};
    auto journal = Journal::create(state_, "boot", {plan});
    ASSERT_TRUE(journal->begin(0, change()));
    ASSERT_TRUE(journal->done(0));
    ASSERT_TRUE(journal->begin(0, write));
    journal->close();
    CutOff run = cut_off_runs(state_)->front();
    keep_what_lasts(run);
    const CutOff::OneUnit& one = run.units.front();
    EXPECT_FALSE(one.ended);
    EXPECT_EQ(one.plan.before, (State{{file, text_value("old")}}));
    EXPECT_EQ(one.begun.may.size(), 1U);
    EXPECT_TRUE(one.begun.explains(file, text_value("new")));
    // The boot loaded the driver: where that writes what it likes, it may have done so.
    EXPECT_EQ(one.begun.explains(file, text_value("the driver's own")), match == Match::any);
    std::filesystem::remove(run.file);
  }
}

TEST_F(JournalTest, OfAnotherBootHasEndedWhereNothingLasts) {
  died_in_a_write();
  CutOff run = cut_off_runs(state_)->front();
  keep_what_lasts(run);
  EXPECT_TRUE(run.units.front().ended);
}

TEST_F(JournalTest, LeavesNothingWhereEveryUnitEnded) {
  auto journal = Journal::create(state_, "boot", {unit()});
  ASSERT_TRUE(journal->begin(0, change()));
  ASSERT_TRUE(journal->done(0));
  ASSERT_TRUE(journal->end(0));
  journal->close();
  EXPECT_TRUE(cut_off_runs(state_)->empty());
  EXPECT_TRUE(std::filesystem::is_empty(state_.run / "journal"));
}

TEST_F(JournalTest, OfALivingRunIsNobodyElses) {
  auto journal = Journal::create(state_, "boot", {unit()});
  ASSERT_TRUE(journal->begin(0, change()));
  EXPECT_TRUE(cut_off_runs(state_)->empty());
}

TEST_F(JournalTest, CutOffAtAnyByteIsAPrefixOfWhatItWas) {
  const std::filesystem::path file = died_in_a_write();
  const std::string whole = *read_file(file);
  std::size_t with_the_write = 0;
  for (std::size_t length = 0; length < whole.size(); ++length) {
    put(file, whole.substr(0, length));
    const auto runs = cut_off_runs(state_);
    ASSERT_TRUE(runs) << length << ": " << to_string(runs.error());
    if (runs->empty()) {
      continue;
    }
    const CutOff::OneUnit& one = runs->front().units.front();
    EXPECT_EQ(one.plan.before, unit().before);
    with_the_write += one.write_open ? 1 : 0;
    // What had been announced in whole is known, though the announcement's end is missing.
    EXPECT_LE(one.begun.may.size(), 1U);
  }
  EXPECT_EQ(with_the_write, 0U);
}

TEST_F(JournalTest, DamagedInItsMiddleIsAnErrorWithItsLine) {
  const std::filesystem::path file = died_in_a_write();
  std::string text = *read_file(file);
  text[text.find("0000:03:00.0")] = 'X';
  put(file, text);
  const auto runs = cut_off_runs(state_);
  ASSERT_FALSE(runs);
  EXPECT_EQ(runs.error().kind, ErrorKind::syntax);
  ASSERT_TRUE(runs.error().spot);
  EXPECT_EQ(runs.error().spot->line, 2U);
}

}  // namespace
}  // namespace vfmgr
