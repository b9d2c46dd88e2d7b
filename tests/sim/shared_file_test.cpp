// SPDX-License-Identifier: Apache-2.0
// One host file, many processes and threads: nothing is lost, whoever folds meanwhile.
#include "vfmgr/place.hpp"

#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "sim/support/host.hpp"
#include "sim/tools.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace vfmgr::test {
namespace {

/// Runs this in so many processes at once. Whether all of them said yes.
bool in_processes(int count, const std::function<bool(int)>& act) {
  std::vector<pid_t> children;
  for (int number = 0; number < count; ++number) {
    const pid_t child = fork();
    if (child == 0) {
      _exit(act(number) ? 0 : 1);
    }
    children.push_back(child);
  }
  bool good = true;
  for (const pid_t child : children) {
    int status = -1;
    waitpid(child, &status, 0);
    good = good && status == 0;
  }
  return good;
}

Place own_place(int number) {
  return in_function(gpu(), "own" + std::to_string(number));
}

constexpr int kProcesses = 50;
constexpr int kTurns = 20;

TEST(SharedFile, KeepsEveryWriteOfFiftyProcessesInItsOrder) {
  const Host host({"plain"});
  for (int number = 0; number < kProcesses; ++number) {
    ASSERT_TRUE(sim::poke(host.file(), own_place(number), "none").has_value());
  }
  ASSERT_TRUE(in_processes(kProcesses, [&host](int number) {
    const auto kernel = host.open();
    for (int turn = 0; turn < kTurns; ++turn) {
      if (write(*kernel, own_place(number), std::to_string(turn)) != 0) {
        return false;
      }
    }
    return true;
  }));
  const auto writes = sim::written(host.file()).value();
  ASSERT_EQ(writes.size(), static_cast<std::size_t>(kProcesses * kTurns));
  std::map<std::string, int> next;
  for (const sim::Logged& logged : writes) {
    EXPECT_EQ(logged.bytes, std::to_string(next[logged.place.path]++)) << logged.place.path;
  }
  EXPECT_EQ(next.size(), static_cast<std::size_t>(kProcesses));
}

TEST(SharedFile, LosesNothingToThoseWhoFoldIt) {
  const Host host({"plain"});
  ASSERT_TRUE(in_processes(kProcesses, [&host](int number) {
    bool good = true;
    for (int turn = 0; turn < kTurns; ++turn) {
      good = good && sim::poke(host.file(), own_place(number), std::to_string(turn)).has_value();
      if (number % 10 == 0) {
        good = good && sim::fold(host.file()).has_value();
      }
    }
    return good;
  }));
  const auto kernel = host.open();
  for (int number = 0; number < kProcesses; ++number) {
    EXPECT_EQ(read(*kernel, own_place(number)), std::to_string(kTurns - 1)) << number;
  }
}

struct stat about(const std::filesystem::path& file) {
  struct stat found{};
  EXPECT_EQ(stat(file.c_str(), &found), 0);
  return found;
}

TEST(SharedFile, IsOpenedAnewByWhoFindsThatItWasFolded) {
  const Host host({"plain"});
  const auto kernel = host.open();
  ASSERT_EQ(write(*kernel, pci::kNumVfs, "2"), 0);
  const std::filesystem::path old = host.file().string() + ".old";
  std::filesystem::create_hard_link(host.file(), old);  // keeps the old inode in sight
  ASSERT_EQ(about(old).st_ino, about(host.file()).st_ino);
  ASSERT_TRUE(sim::fold(host.file()).has_value());
  EXPECT_NE(about(old).st_ino, about(host.file()).st_ino) << "a new file in the place of the old";
  const auto size = about(old).st_size;
  ASSERT_EQ(write(*kernel, pci::kAutoprobe, "0"), 0);
  EXPECT_EQ(about(old).st_size, size) << "nothing is written to what is no more the host";
  EXPECT_EQ(sim::written(host.file()).value().size(), 1U);
  EXPECT_EQ(vf_count(*host.open(), gpu()), "2");
}

TEST(SharedFile, KeepsItsPermissionsWhenItIsFolded) {
  using enum std::filesystem::perms;
  constexpr auto kOwnAndGroup = owner_read | owner_write | group_read;
  const Host host({"plain"});
  std::filesystem::permissions(host.file(), kOwnAndGroup);
  ASSERT_TRUE(sim::fold(host.file()).has_value());
  EXPECT_EQ(std::filesystem::status(host.file()).permissions(), kOwnAndGroup);
}

TEST(SharedFile, IsFoldedByItselfWhenItsLogOutgrowsItsBase) {
  const Host host({"plain"});
  const auto kernel = host.open();
  const std::string big(60'000, 'x');
  const auto inode = about(host.file()).st_ino;
  std::uintmax_t largest = 0;
  for (int turn = 0; turn < 40; ++turn) {
    ASSERT_TRUE(sim::poke(host.file(), own_place(0), big + std::to_string(turn)).has_value());
    largest = std::max(largest, std::filesystem::file_size(host.file()));
  }
  EXPECT_NE(about(host.file()).st_ino, inode);
  EXPECT_LT(largest, 1'300'000U) << "40 records of 60 kB were written";
  EXPECT_GT(largest, 1'000'000U) << "a small log is left alone";
  EXPECT_EQ(read(*kernel, own_place(0)), big + "39");
}

TEST(SharedFile, CountsTurnsPerPlaceWhoeverElseWrites) {
  const Host host({"plain", "plain"});
  const Place other = pci::of(pci::kAutoprobe, address("0000:04:00.0"));
  ASSERT_TRUE(
      sim::arm_fault(host.file(), {.place = other, .turn = 2, .os_error = EIO}).has_value());
  const auto kernel = host.open();
  std::vector<int> met;
  std::thread busy([&kernel] {
    for (int turn = 0; turn < 100; ++turn) {
      EXPECT_EQ(write(*kernel, pci::kAutoprobe, "0"), 0);
    }
  });
  met.reserve(4);
  for (int turn = 0; turn < 4; ++turn) {
    met.push_back(write(*kernel, other, "0"));
  }
  busy.join();
  EXPECT_EQ(met, (std::vector<int>{0, EIO, 0, 0}));
}

TEST(SharedFile, IsTheSameHostWhicheverWayItCameThere) {
  const Host one({"plain"});
  const Host two({"plain"});
  const auto first = one.open();
  const auto second = two.open();
  ASSERT_EQ(write(*first, pci::kAutoprobe, "0"), 0);
  ASSERT_EQ(write(*first, pci::kNumVfs, "2"), 0);
  ASSERT_EQ(write(*second, pci::kNumVfs, "8"), 0);
  ASSERT_EQ(write(*second, pci::kNumVfs, "0"), 0);
  ASSERT_EQ(write(*second, pci::kNumVfs, "99"), ERANGE);
  ASSERT_EQ(write(*second, pci::kAutoprobe, "off"), 0);
  ASSERT_EQ(write(*second, pci::kNumVfs, "0x2"), 0);
  ASSERT_TRUE(sim::fold(two.file()).has_value());
  EXPECT_NE(first->now(), second->now());
  EXPECT_EQ(one.dump(), two.dump()) << "time and log are no part of a host";
}

}  // namespace
}  // namespace vfmgr::test
