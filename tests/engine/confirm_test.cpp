// SPDX-License-Identifier: Apache-2.0
// Confirm or revert: what nobody confirms in time goes back, and nothing else does.
#include "vfmgr/history.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace vfmgr::test::of_confirm {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string two = "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 2\n";
constexpr Milliseconds kAtOnce{1};
constexpr Milliseconds kInAnHour{3'600'000};

/// A process that goes on, or one that has ended.
class Process {
 public:
  Process() { EXPECT_EQ(::pipe(ends_.data()), 0); }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  Process(Process&&) = delete;
  Process& operator=(Process&&) = delete;
  ~Process() {
    ::close(ends_[0]);
    end();
  }
  void end() {
    if (ends_[1] >= 0) {
      ::close(ends_[1]);
      ends_[1] = -1;
    }
  }
  [[nodiscard]] int descriptor() const { return ends_[0]; }

 private:
  std::array<int, 2> ends_{-1, -1};
};

void apply_for(const Lab& lab, Milliseconds within) {
  const auto report = lab.apply(two, {.confirm_within = within, .what = "apply lab.toml"});
  ASSERT_TRUE(report) << to_string(report.error());
  ASSERT_EQ(exit_code(*report), ExitCode::ok);
  EXPECT_FALSE(report->confirm_by.empty());
  EXPECT_TRUE(report->run);
}

Result<Report> revert(const Lab& lab, const Process& process) {
  return lab.open().revert_unconfirmed(::getpid(), 0, process.descriptor(), {});
}

PastRun first_run(const Lab& lab) {
  return lab.open().history().value().at(0);
}

TEST(WhatNobodyConfirms, GoesBackWhenItsTimeIsOver) {
  const Lab lab({"intel-b60", "plain"});
  const Process process;
  const std::string before = lab.dump();
  apply_for(lab, kAtOnce);
  EXPECT_EQ(first_run(lab).confirmation, Confirmation::awaited);
  const auto report = revert(lab, process);
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::ok);
  EXPECT_THAT(report->units, SizeIs(2));
  EXPECT_TRUE(lab.dump() == before);
  EXPECT_EQ(first_run(lab).confirmation, Confirmation::taken_back);
  const auto late = lab.open().confirm({});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::stale);
  EXPECT_THAT(to_string(late.error()), HasSubstr("run 1"));
}

TEST(WhatNobodyConfirms, GoesBackThoughItsProcessIsGone) {
  const Lab lab({"plain"});
  Process process;
  const std::string before = lab.dump();
  apply_for(lab, kAtOnce);
  process.end();
  const auto report = revert(lab, process);
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_THAT(report->units, SizeIs(1));
  EXPECT_TRUE(lab.dump() == before);
}

TEST(WhatNobodyConfirms, StaysWhereAVmHasStartedMeanwhileAndThatIsRemembered) {
  Lab lab({"plain"});
  const Process process;
  apply_for(lab, kAtOnce);
  lab.hold("0000:03:00.0/1");
  static_cast<void>(lab.writes());
  const auto report = revert(lab, process);
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::refused);
  EXPECT_THAT(lab.writes(), IsEmpty());
  EXPECT_EQ(first_run(lab).confirmation, Confirmation::not_taken_back);
  EXPECT_THAT(first_run(lab).why_not, HasSubstr("web-2"));
  // It is there, and may well be kept.
  const auto kept = lab.open().confirm({});
  ASSERT_TRUE(kept) << to_string(kept.error());
  EXPECT_THAT(*kept, SizeIs(1));
  EXPECT_EQ(first_run(lab).confirmation, Confirmation::kept);
}

TEST(WhatNobodyConfirms, StaysWhereTheHostMovedSince) {
  Lab lab({"plain"});
  const Process process;
  apply_for(lab, kAtOnce);
  lab.reach(two + "vf_driver = \"none\"\n");
  static_cast<void>(lab.writes());
  const auto report = revert(lab, process);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::stale);
  EXPECT_THAT(lab.writes(), IsEmpty());
  EXPECT_EQ(first_run(lab).confirmation, Confirmation::not_taken_back);
}

TEST(WhatIsConfirmed, Stays) {
  Lab lab({"plain"});
  const Process process;
  apply_for(lab, kInAnHour);
  const auto kept = lab.open().confirm({});
  ASSERT_TRUE(kept) << to_string(kept.error());
  ASSERT_THAT(*kept, SizeIs(1));
  EXPECT_EQ(kept->front().what, "apply lab.toml");
  static_cast<void>(lab.writes());
  const auto report = revert(lab, process);
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_THAT(report->units, IsEmpty());
  EXPECT_THAT(lab.writes(), IsEmpty());
  EXPECT_THAT(lab.open().confirm({}).value(), IsEmpty());
}

/// Somebody who waits, and in the end has nothing to take back.
std::jthread waits_in_vain(const Lab& lab, const Process& process) {
  return std::jthread([&] {
    const auto report = revert(lab, process);
    ASSERT_TRUE(report) << to_string(report.error());
    EXPECT_THAT(report->units, IsEmpty());
  });
}

TEST(WhatIsConfirmed, IsHeardOfAtOnce) {
  const Lab lab({"plain"});
  const Process process;
  const std::jthread waits = waits_in_vain(lab, process);
  apply_for(lab, kInAnHour);
  ASSERT_TRUE(lab.open().confirm({}));
}

TEST(WhatIsUndone, IsNotTakenBackASecondTime) {
  const Lab lab({"plain"});
  const Process process;
  const std::jthread waits = waits_in_vain(lab, process);
  apply_for(lab, kInAnHour);
  ASSERT_TRUE(lab.open().undo({}));
}

TEST(WhatIsConfirmed, IsNotToldToBeLateForAnEarlierRun) {
  const Lab lab({"plain"});
  const Process process;
  apply_for(lab, kAtOnce);
  ASSERT_TRUE(revert(lab, process));
  apply_for(lab, kInAnHour);
  EXPECT_THAT(lab.open().confirm({}).value(), SizeIs(1));
  const auto again = lab.open().confirm({});
  ASSERT_TRUE(again) << to_string(again.error());
  EXPECT_THAT(*again, IsEmpty());
}

TEST(AWatcher, EndsWithAProcessThatChangedNothing) {
  const Lab lab({"plain"});
  Process process;
  lab.reach(two);  // of this process, but not to be confirmed
  const std::jthread waits = waits_in_vain(lab, process);
  process.end();
}

TEST(AWatcher, IsNotStoppedByADamagedRecordOfAnotherRun) {
  const Lab lab({"plain", "plain"});
  const Process process;
  const std::string before = lab.dump();
  const std::filesystem::path history = lab.file().string() + ".state/run/history";
  std::filesystem::create_directories(history);
  for (auto folder = history; folder.has_filename() && folder != lab.file().parent_path();
       folder = folder.parent_path()) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
  }
  std::ofstream(history / "1") << "nonsense";
  apply_for(lab, kAtOnce);
  ASSERT_TRUE(revert(lab, process));
  EXPECT_TRUE(lab.dump() == before);
}

TEST(ARunThatCannotBeRemembered, GoesBackAtOnceWhereItWasToBeConfirmed) {
  const Lab lab({"plain"});
  const std::string before = lab.dump();
  const std::filesystem::path run = lab.file().string() + ".state/run";
  std::filesystem::create_directories(run);
  std::filesystem::permissions(run, std::filesystem::perms::owner_all);
  std::filesystem::permissions(run.parent_path(), std::filesystem::perms::owner_all);
  std::ofstream(run / "history") << "a file";
  const auto report = lab.apply(two, {.confirm_within = kInAnHour});
  ASSERT_FALSE(report);
  EXPECT_THAT(to_string(report.error()), HasSubstr("history"));
  EXPECT_TRUE(lab.dump() == before);
}

// Of two that decide at the same moment one is heard, and the host is as that one was told.
TEST(ConfirmingAndTakingBack, AtTheSameMomentIsOneOfTheTwo) {
  for (int round = 0; round < 20; ++round) {
    const Lab lab({"plain"});
    const Process process;
    const std::string before = lab.dump();
    apply_for(lab, Milliseconds(1 + round % 4));
    const std::string after = lab.dump();
    bool confirmed = false;
    {
      const std::jthread confirms([&] {
        const auto kept = lab.open().confirm({.lock_timeout = Milliseconds(60'000)});
        confirmed = kept && !kept->empty();
      });
      const auto report = lab.open().revert_unconfirmed(
          ::getpid(), 0, process.descriptor(), {.lock_timeout = Milliseconds(60'000)});
      ASSERT_TRUE(report) << to_string(report.error());
      EXPECT_EQ(exit_code(*report), ExitCode::ok);
    }
    EXPECT_TRUE(lab.dump() == (confirmed ? after : before)) << confirmed;
  }
}

}  // namespace
}  // namespace vfmgr::test::of_confirm
