// SPDX-License-Identifier: Apache-2.0
// The file itself: replay, torn and damaged records, folding, many processes.
#include "sim/host_file.hpp"

#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "sim/support/host.hpp"
#include "sim/tools.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace vfmgr::test {
namespace {

using testing::HasSubstr;

void do_some_things(Kernel& kernel) {
  EXPECT_EQ(write(kernel, pci::kAutoprobe, "0"), 0);
  EXPECT_EQ(write(kernel, pci::kNumVfs, "99"), ERANGE);
  EXPECT_EQ(write(kernel, pci::kNumVfs, "3"), 0);
  EXPECT_EQ(write(kernel, pci::of(pci::kVfOverride, gpu(), VfIndex{1}), "vfio-pci"), 0);
  EXPECT_EQ(write(kernel, pci::named(pci::kBind, "vfio-pci"), "0000:03:00.2"), 0);
}

TEST(HostFile, AReplayGivesTheSameHost) {
  const Host host({"plain", "intel-b60", "nvidia-l40s", "amd-v710"});
  const auto kernel = host.open();
  do_some_things(*kernel);
  const auto again = sim::load_text(host.text(), "again");
  ASSERT_TRUE(again.has_value()) << to_string(again.error());
  EXPECT_EQ(vf_count(*host.open(), gpu()), "3");
  const std::string dumped = host.dump();
  ASSERT_TRUE(sim::fold(host.file()).has_value());
  EXPECT_EQ(host.dump(), dumped);
  EXPECT_TRUE(host.text().ends_with("\nlog\n"));
  EXPECT_EQ(vf_count(*kernel, gpu()), "3");  // it opened the new file by itself
  EXPECT_EQ(write(*kernel, pci::kNumVfs, "0"), 0);
  EXPECT_EQ(vf_count(*host.open(), gpu()), "0");
}

TEST(HostFile, FoldingKeepsFaultsUsersTimeAndWaitingWrites) {
  const Host host({"plain"});
  const auto kernel = host.open();
  do_some_things(*kernel);
  ASSERT_TRUE(sim::hold_vf(host.file(), "0000:03:00.2", 7, "vm one").has_value());
  ASSERT_EQ(write(*kernel, pci::kNumVfs, "0"), EINPROGRESS);
  ASSERT_TRUE(
      sim::arm_fault(host.file(), {.place = pci::of(pci::kAutoprobe, gpu()), .os_error = EIO})
          .has_value());
  const Milliseconds now = kernel->now();
  ASSERT_TRUE(sim::fold(host.file()).has_value());
  EXPECT_EQ(kernel->now(), now);
  EXPECT_EQ(write(*kernel, pci::kAutoprobe, "1"), EIO);
  ASSERT_TRUE(sim::release_vf(host.file(), "0000:03:00.2").has_value());
  EXPECT_EQ(read(*kernel, pci::of(pci::kNumVfs, gpu())), "0\n");
}

TEST(HostFile, TellsWhatWasWrittenAndRefused) {
  const Host host({"plain"});
  const auto kernel = host.open();
  do_some_things(*kernel);
  const auto writes = sim::written(host.file()).value();
  ASSERT_EQ(writes.size(), 5U);
  EXPECT_EQ(writes[1].bytes, "99");
  EXPECT_EQ(writes[1].os_error, ERANGE);
  EXPECT_EQ(writes[2].place, pci::of(pci::kNumVfs, gpu()));
}

TEST(HostFile, ATornLastRecordNeverHappenedAndIsCutOff) {
  const Host host({"plain"});
  ASSERT_EQ(write(*host.open(), pci::kNumVfs, "2"), 0);
  const std::string before = host.text();
  const std::string dumped = host.dump();
  ASSERT_EQ(write(*host.open(), pci::kNumVfs, "0"), 0);
  const std::string after = host.text();
  for (std::size_t length = before.size(); length < after.size(); ++length) {
    host.set_text(after.substr(0, length));
    ASSERT_EQ(host.dump(), dumped) << "cut at " << length;
  }
  const auto kernel = host.open();
  ASSERT_EQ(write(*kernel, pci::kAutoprobe, "0"), 0);
  EXPECT_TRUE(host.text().starts_with(before));
  EXPECT_EQ(sim::written(host.file()).value().size(), 2U);
}

TEST(HostFile, DamageIsAnErrorWithItsLine) {
  const Host host({"plain"});
  const auto lines_before = [&host] {
    const std::string text = host.text();
    return std::count(text.begin(), text.end(), '\n');
  };
  const auto line = static_cast<std::uint32_t>(lines_before() + 1);
  ASSERT_EQ(write(*host.open(), pci::kNumVfs, "2"), 0);
  ASSERT_EQ(write(*host.open(), pci::kNumVfs, "0"), 0);
  host.set_text(replaced(host.text(), "sriov_numvfs\t2", "sriov_numvfs\t3"));
  const auto opened = sim::dump(host.file());
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().kind, ErrorKind::syntax);
  ASSERT_TRUE(opened.error().spot.has_value());
  EXPECT_EQ(opened.error().spot->line, line);
}

TEST(HostFile, ABaseThatIsCutOffAnywhereIsRefused) {
  const Host host({"plain"});
  const std::string whole = host.text();
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto loaded = sim::load_text(whole.substr(0, length), "cut");
    ASSERT_FALSE(loaded.has_value()) << "cut at " << length;
    ASSERT_EQ(loaded.error().kind, ErrorKind::syntax);
  }
}

TEST(HostFile, NamesTheLineThatCannotBeRead) {
  const std::string good = "vfhost 1\n# a comment\n\nkernel = 6.12\n";
  const auto line_of = [&](const std::string& line) {
    const auto loaded = sim::load_text(good + line + "\nlog\n", "it");
    return loaded ? 0U : loaded.error().spot->line;
  };
  EXPECT_EQ(line_of("sys:a = 1"), 0U);
  EXPECT_EQ(line_of("sys:a [rw!5] = 1"), 0U);
  EXPECT_EQ(line_of("nowhere:a = 1"), 5U);
  EXPECT_EQ(line_of("sys:a [q] = 1"), 5U);
  EXPECT_EQ(line_of("sys:a"), 5U);
  EXPECT_EQ(line_of("sys:../a = 1"), 5U);
  EXPECT_EQ(line_of("sys:a = \\q"), 5U);
  EXPECT_EQ(line_of("sys:a = 1\nsys:a = 2"), 6U);
  EXPECT_EQ(line_of("sys:a = 1\nsys:a/b = 2"), 6U);
  EXPECT_EQ(line_of("rules xe"), 5U);
  EXPECT_EQ(sim::load_text("{}", "it").error().spot->line, 1U);
}

TEST(HostFile, AnErrnoOfReadingCanBeInTheBase) {
  const std::vector<sim::ModelCount> gpus{{.model = "plain"}};
  const Host host({},
                  replaced(sim::host_text(gpus).value(),
                           "0000:03:00.0/numa_node = 0",
                           "0000:03:00.0/numa_node [r!5] = 0"));
  EXPECT_EQ(read(*host.open(), pci::of(pci::kNumaNode, gpu())), "errno 5");
  EXPECT_THAT(host.dump(), HasSubstr("numa_node [r!5]"));
}

TEST(NewHost, RemembersNothingOfOneThatHadItsName) {
  const Host host({"plain"});
  const std::filesystem::path state = host.file().string() + ".state";
  std::filesystem::create_directories(state / "run" / "notes");
  std::ofstream(state / "run" / "notes" / "0000:03:00.0") << "of a run";
  std::ofstream(state / "mine") << "somebody's own";
  const std::vector<sim::ModelCount> gpus{{.model = "plain"}};
  ASSERT_FALSE(sim::create_host(host.file(), gpus));
  EXPECT_TRUE(std::filesystem::exists(state / "run")) << "the host is still there";
  std::filesystem::remove(host.file());
  ASSERT_TRUE(sim::create_host(host.file(), gpus));
  EXPECT_FALSE(std::filesystem::exists(state / "run"));
  EXPECT_TRUE(std::filesystem::exists(state / "mine"));
}

TEST(HostFile, IsNeverOverwrittenByCreate) {
  const Host host({"plain"});
  const std::string before = host.text();
  const std::vector<sim::ModelCount> gpus{{.model = "intel-b60"}};
  EXPECT_EQ(sim::create_host(host.file(), gpus).error().os_error, EEXIST);
  EXPECT_EQ(host.text(), before);
  const std::vector<sim::ModelCount> unknown{{.model = "voodoo-2"}};
  EXPECT_EQ(sim::create_host(host.file(), unknown).error().kind, ErrorKind::invalid);
  const std::vector<sim::ModelCount> many{{.model = "plain", .count = 4000000000U}};
  EXPECT_EQ(sim::host_text(many).error().kind, ErrorKind::invalid);
}

TEST(HostFile, FiftyProcessesShareIt) {
  const Host host({"plain"});
  constexpr int kProcesses = 50;
  constexpr int kWrites = 40;
  std::vector<pid_t> children;  // NOLINT(misc-include-cleaner): <sys/types.h> has it
  for (int number = 0; number < kProcesses; ++number) {
    const pid_t child = fork();
    if (child == 0) {
      const auto kernel = host.open();
      bool good = true;
      for (int turn = 0; turn < kWrites; ++turn) {
        good = good && write(*kernel, pci::kAutoprobe, turn % 2 == 0 ? "0" : "1") == 0;
        if (turn == number % kWrites) {
          good = good && sim::fold(host.file()).has_value();
        }
      }
      _exit(good ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(read(*host.open(), pci::of(pci::kAutoprobe, gpu())).size(), 2U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(host.file().parent_path()),
                          std::filesystem::directory_iterator{}),
            1)
      << "folding leaves nothing behind";
}

TEST(HostFile, CountsEveryWriteOfFiftyProcesses) {
  const Host host({"plain"});
  constexpr int kProcesses = 50;
  std::vector<pid_t> children;
  for (int number = 0; number < kProcesses; ++number) {
    const pid_t child = fork();
    if (child == 0) {
      const auto kernel = host.open();
      for (int turn = 0; turn < 10; ++turn) {
        (void)write(*kernel, pci::kAutoprobe, "0");
      }
      _exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    waitpid(child, nullptr, 0);
  }
  EXPECT_EQ(sim::written(host.file()).value().size(), 500U);
}

TEST(HostFile, AppendingToABigHostIsNoRewrite) {
  const std::vector<sim::ModelCount> gpus{{.model = "nvidia-l40s", .count = 16}};
  const Host host({}, sim::host_text(gpus).value());
  auto kernel = host.open();
  for (int number = 0; number < 16; ++number) {
    const PciAddress pf{.domain = 0, .bus = static_cast<std::uint8_t>(3 + number)};
    ASSERT_EQ(write(*kernel, pci::of(pci::kNumVfs, pf), "32"), 0);
  }
  ASSERT_TRUE(sim::fold(host.file()).has_value());
  const auto size = std::filesystem::file_size(host.file());
  ASSERT_GT(size, 300'000U);
  ASSERT_EQ(write(*kernel, pci::kAutoprobe, "0"), 0);  // opens the folded file
  const auto inode = std::filesystem::hard_link_count(host.file());
  constexpr int kWrites = 1000;
  const auto start = std::chrono::steady_clock::now();
  for (int turn = 0; turn < kWrites; ++turn) {
    ASSERT_EQ(write(*kernel, pci::kAutoprobe, "0"), 0);
  }
  const auto spent = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - start);
  RecordProperty("microseconds_a_write", static_cast<int>(spent.count() / kWrites));
  EXPECT_EQ(inode, 1U);
  EXPECT_LT(std::filesystem::file_size(host.file()) - size, kWrites * 120U);
  EXPECT_LT(spent.count() / kWrites, 1000) << "microseconds a write, with every check on";
}

}  // namespace
}  // namespace vfmgr::test
