// SPDX-License-Identifier: Apache-2.0
// What a run keeps in its state folder goes wrong: it is removed, replaced, left unfinished, or two
// recover at once.
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "engine/locks.hpp"
#include "engine/run.hpp"
#include "engine/tables.hpp"
#include "kernel/kernel.hpp"
#include "sim/sim_kernel.hpp"
#include "sim/tools.hpp"
#include "support/forwarding.hpp"
#include "support/killed.hpp"
#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace vfmgr::test::of_state_folder {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string two =
    "schema = 1\n[[gpu]]\nmatch = { address = \"0000:03:00.0\" }\nvfs = 2\nexec_quantum = "
    "\"20ms\"\n";

std::filesystem::path state_of(const Lab& lab) {
  return lab.file().string() + ".state";
}

/// At one of its writes somebody removes the state folder.
class Removing final : public Forwarding {
 public:
  Removing(Kernel& kernel, std::filesystem::path folder, unsigned turn)
      : Forwarding(kernel), folder_(std::move(folder)), turn_(turn) {}

  Result<void> write(const Place& place,
                     std::string_view bytes,
                     Blocking blocking,
                     Milliseconds limit) override {
    if (++writes_ == turn_) {
      std::filesystem::remove_all(folder_);
    }
    return Forwarding::write(place, bytes, blocking, limit);
  }
  [[nodiscard]] bool was_reached() const { return writes_ >= turn_; }

 private:
  std::filesystem::path folder_;
  unsigned turn_;
  unsigned writes_ = 0;
};

TEST(AStateFolderRemovedUnderARun, EndsTheRunWithTheHostAsBefore) {
  unsigned turn = 1;
  for (;; ++turn) {
    const Lab lab({"intel-b60"});
    const std::string before = lab.dump();
    const AttrTables tables = attr_tables(shipped_backends());
    const auto sim = sim::open_host_file(lab.file(), tables).value();
    Removing kernel(*sim, state_of(lab), turn);
    const Profile wish = profile(two);
    const auto report = run_wish(kernel, shipped_backends(), {.profile = &wish.model()}, {});
    if (!kernel.was_reached()) {
      break;
    }
    ASSERT_TRUE(report) << to_string(report.error());
    ASSERT_THAT(report->units, SizeIs(1));
    // At the last write all is done when it is noticed.
    if (report->units[0].result == Outcome::applied) {
      EXPECT_EQ(exit_code(*lab.check(two)), ExitCode::ok);
      continue;
    }
    EXPECT_EQ(report->units[0].result, Outcome::rolled_back) << turn;
    EXPECT_THAT(to_string(*report->units[0].error), HasSubstr("journal was removed"));
    EXPECT_TRUE(lab.dump() == before) << turn;
    EXPECT_EQ(exit_code(*lab.apply(two)), ExitCode::ok);
  }
  EXPECT_GT(turn, 5U);
}

TEST(ALockFileReplacedWhileSomebodyWaitsForIt, IsWaitedForAnew) {
  const Lab lab({"plain"});
  const StateDir state{.run = state_of(lab) / "run", .lib = state_of(lab) / "lib"};
  const std::set<std::string> names{"gpu-0000:03:00.0"};
  auto first = std::make_optional(Locks::take(state, names, Milliseconds(0)).value());
  std::atomic<bool> has_it = false;
  std::jthread waits([&] {
    const auto locks = Locks::take(state, names, Milliseconds(60'000));
    EXPECT_TRUE(locks) << to_string(locks.error());
    has_it = true;
  });
  // The one who waits has the old file open by now, or opens the new one: both must do.
  std::this_thread::sleep_for(Milliseconds(50));
  std::filesystem::remove_all(state.run);
  auto second = std::make_optional(Locks::take(state, names, Milliseconds(0)).value());
  first.reset();
  std::this_thread::sleep_for(Milliseconds(300));
  EXPECT_FALSE(has_it);
  second.reset();
  waits.join();
  EXPECT_TRUE(has_it);
}

/// Kills a run at a write.
void cut_off(const Lab& lab, const std::string& toml) {
  const auto armed = sim::arm_fault(
      lab.file(),
      {.place = parse_place(gpu_file("sriov_numvfs")).value(), .stop = sim::Stop::after});
  ASSERT_TRUE(armed) << to_string(armed.error());
  killed_at_the_stop([&] { static_cast<void>(lab.apply(toml)); });
}

TEST(TwoRecoveriesAtOnce, AreOneAndNothing) {
  for (int round = 0; round < 20; ++round) {
    const Lab lab({"plain"});
    const std::string before = lab.dump();
    cut_off(lab, "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 2\n");
    std::atomic<unsigned> recovered = 0;
    {
      std::vector<std::jthread> both;
      both.reserve(2);
      for (int one = 0; one < 2; ++one) {
        both.emplace_back([&] {
          const auto report = lab.open().recover({.lock_timeout = Milliseconds(60'000)});
          ASSERT_TRUE(report) << to_string(report.error());
          EXPECT_EQ(exit_code(*report), ExitCode::ok);
          recovered += static_cast<unsigned>(report->units.size());
        });
      }
    }
    EXPECT_EQ(recovered, 1U);
    EXPECT_TRUE(lab.dump() == before);
  }
}

TEST(AJournalThatWasNeverInPlace, IsClearedAway) {
  const Lab lab({"plain"});
  cut_off(lab, "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 2\n");
  // Its run was killed between writing and renaming; the process is gone.
  const pid_t child = ::fork();
  if (child == 0) {
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  const std::filesystem::path folder = state_of(lab) / "run" / "journal";
  const std::filesystem::path dead = folder / (std::to_string(child) + "-0.journal.new");
  const std::filesystem::path alive = folder / (std::to_string(::getpid()) + "-7.journal.new");
  std::ofstream(dead) << "half a hea";
  std::ofstream(alive) << "half a hea";
  ASSERT_TRUE(lab.open().recover({}));
  EXPECT_FALSE(std::filesystem::exists(dead));
  EXPECT_TRUE(std::filesystem::exists(alive));
}

TEST(AGpuThatIsGone, IsNoReasonToRefuseAllOtherRunsForEver) {
  const Lab lab({"plain", "plain"});
  const std::string both = "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 2\n";
  cut_off(lab, both);
  const auto gone =
      sim::vanish(lab.file(), {.domain = 0, .bus = 3, .device = 0, .function = 0}, Milliseconds(0));
  ASSERT_TRUE(gone) << to_string(gone.error());
  const auto report = lab.open().recover({});
  ASSERT_TRUE(report) << to_string(report.error());
  ASSERT_FALSE(report->units.empty());
  const std::string text = report->units[0].error ? to_string(*report->units[0].error) : "none";
  EXPECT_THAT(text, HasSubstr("is gone"));
  EXPECT_EQ(exit_code(*lab.apply(both)), ExitCode::ok);
  EXPECT_THAT(lab.open().recover({})->units, IsEmpty());
}

}  // namespace
}  // namespace vfmgr::test::of_state_folder
