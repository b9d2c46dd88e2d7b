// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"

#include "door/support/tree.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace vfmgr::test::of_helper {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

// Long enough for a helper to begin, on a machine that has much else to do.
constexpr milliseconds kLimit(300);

/// Lets the write that waits for a reader of this FIFO go on. What it wrote.
std::string read_fifo(const std::filesystem::path& fifo) {
  const int fd = ::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  pollfd asked{.fd = fd, .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&asked, 1, 10'000), 1) << "nobody writes";
  std::string bytes(64, '\0');
  const ssize_t got = ::read(fd, bytes.data(), bytes.size());
  ::close(fd);
  bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return bytes;
}

bool all_children_end() {
  return eventually([] {
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    return !has_children();
  });
}

TEST(Helper, WritesWhatItIsGivenAndTellsTheErrno) {
  const Tree tree;
  tree.file("sys/free/value", "0\n");
  tree.folder("sys/free/folder");
  const auto door = tree.door();

  EXPECT_TRUE(door->write(free_place("value"), "4", Blocking::can_hang, seconds(10)));
  EXPECT_EQ(tree.bytes_of("sys/free/value"), "4");
  EXPECT_TRUE(door->write(free_place("value"), "", Blocking::can_hang, seconds(10)));
  EXPECT_EQ(tree.bytes_of("sys/free/value"), "4");
  const std::string binary("\0\xff\n", 3);
  EXPECT_TRUE(door->write(free_place("value"), binary, Blocking::can_hang, seconds(10)));
  EXPECT_EQ(tree.bytes_of("sys/free/value"), binary);

  const auto absent = door->write(free_place("absent"), "4", Blocking::can_hang, seconds(10));
  EXPECT_EQ(absent.error().os_error, ENOENT);
  EXPECT_EQ(absent.error().subject, "sys:free/absent");
  EXPECT_EQ(absent.error().value, "4");
  const auto folder = door->write(free_place("folder"), "4", Blocking::can_hang, seconds(10));
  EXPECT_EQ(folder.error().os_error, EISDIR);
  const auto big =
      door->write(free_place("value"), std::string(200'000, 'x'), Blocking::can_hang, seconds(10));
  EXPECT_EQ(big.error().os_error, E2BIG);
}

TEST(Helper, ReadsTheAnswerToAWriteInTheSameAct) {
  const Tree tree;
  tree.file("sys/answered/file", "");
  const auto door = tree.door();
  const Place place{.in = In::sys, .path = "answered/file"};
  // A plain file answers with what was written.
  EXPECT_TRUE(door->write(place, "0000:03:02.0\n", Blocking::never, seconds(10)));
  EXPECT_TRUE(has_children()) << "it may block, whoever asks";
  const auto refused = door->write(place, "sorry: no VF is left\n", Blocking::never, seconds(10));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().os_error, EBUSY);
  EXPECT_EQ(refused.error().subject, "sys:answered/file");
  EXPECT_EQ(refused.error().value, "sorry: no VF is left\n");
  EXPECT_EQ(refused.error().why, "the driver answers: sorry: no VF is left");
  const auto absent =
      door->write({.in = In::sys, .path = "answered/none"}, "1", Blocking::can_hang, seconds(10));
  EXPECT_EQ(absent.error().os_error, ENOENT);
}

TEST(Helper, IsStartedOnlyWhenItIsNeededAndEndsWithTheDoor) {
  const Tree tree;
  tree.file("sys/free/value", "0\n");
  auto door = tree.door();

  EXPECT_TRUE(door->read(free_place("value")));
  EXPECT_TRUE(door->write(free_place("value"), "1", Blocking::never, seconds(10)));
  EXPECT_FALSE(has_children());
  EXPECT_TRUE(door->write(free_place("value"), "2", Blocking::can_hang, seconds(10)));
  EXPECT_TRUE(has_children());
  door.reset();
  EXPECT_FALSE(has_children());
}

TEST(Helper, GivesUpAWriteThatDoesNotComeBackAndNamesItsProcess) {
  const Tree tree;
  const auto fifo = tree.fifo("sys/free/fifo");
  tree.file("sys/free/value", "0\n");
  auto door = tree.door();

  const auto written = door->write(free_place("fifo"), "4", Blocking::can_hang, kLimit);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::in_flight);
  EXPECT_EQ(written.error().subject, "sys:free/fifo");
  EXPECT_EQ(written.error().value, "4");
  siginfo_t child{};
  ASSERT_EQ(::waitid(P_ALL, 0, &child, WEXITED | WNOHANG | WNOWAIT), 0);
  EXPECT_EQ(child.si_pid, 0) << "it is still at work";
  EXPECT_THAT(written.error().why, HasSubstr("process "));

  // Only that write is given up.
  EXPECT_TRUE(door->write(free_place("value"), "5", Blocking::can_hang, seconds(10)));
  EXPECT_EQ(tree.bytes_of("sys/free/value"), "5");
  door.reset();
  EXPECT_TRUE(has_children()) << "the door must not wait for what is in flight";
  EXPECT_EQ(read_fifo(fifo), "4") << "what is in flight still acts";
  EXPECT_TRUE(all_children_end());
}

TEST(Helper, ServesManyThreadsAtOnce) {
  const Tree tree;
  constexpr int kThreads = 8;
  for (int i = 0; i < kThreads; ++i) {
    tree.file("sys/free/value" + std::to_string(i), "0");
  }
  const auto fifo = tree.fifo("sys/free/fifo");
  auto door = tree.door();

  const auto stuck = door->write(free_place("fifo"), "x", Blocking::can_hang, kLimit);
  EXPECT_EQ(stuck.error().kind, ErrorKind::in_flight);
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&door, i] {
      const Place place = free_place("value" + std::to_string(i));
      for (int turn = 0; turn < 50; ++turn) {
        const std::string bytes = std::to_string(turn);
        EXPECT_TRUE(door->write(place, bytes, Blocking::can_hang, seconds(60)));
        EXPECT_EQ(door->read(place), bytes);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(read_fifo(fifo), "x");
  door.reset();
  EXPECT_TRUE(all_children_end());
}

TEST(Helper, ReadsMuchWhileSomeOfItBlocks) {
  const Tree tree;
  std::vector<Place> places;
  std::vector<std::filesystem::path> fifos;
  for (int i = 0; i < 100; ++i) {
    const std::string name = "value" + std::to_string(i);
    if (i % 25 == 3) {
      fifos.push_back(tree.fifo("sys/free/" + name));
    } else {
      tree.file("sys/free/" + name, name + "\n");
    }
    places.push_back(free_place(name));
  }
  places.push_back(free_place("absent"));
  places.push_back({.in = In::sys, .path = "unnamed"});
  auto door = tree.door();

  const auto read = door->read_slowly(places, milliseconds(1000));
  ASSERT_EQ(read.size(), places.size());
  for (std::size_t i = 0; i < 100; ++i) {
    if (i % 25 == 3) {
      ASSERT_FALSE(read[i]) << i;
      EXPECT_EQ(read[i].error().kind, ErrorKind::unreadable);
      EXPECT_EQ(read[i].error().os_error, ETIMEDOUT);
      EXPECT_EQ(read[i].error().subject, to_string(places[i]));
    } else {
      EXPECT_EQ(read[i], "value" + std::to_string(i) + "\n");
    }
  }
  EXPECT_EQ(read[100].error().os_error, ENOENT);
  EXPECT_EQ(read[101].error().kind, ErrorKind::not_permitted);

  door.reset();
  for (const auto& fifo : fifos) {
    ::close(::open(fifo.c_str(), O_WRONLY));
  }
  EXPECT_TRUE(all_children_end());
}

TEST(Helper, ReadsNothingOfNothing) {
  const Tree tree;
  EXPECT_TRUE(tree.door()->read_slowly({}, milliseconds(10)).empty());
  EXPECT_FALSE(has_children());
}

TEST(Helper, ThatWasKilledIsReplaced) {
  const Tree tree;
  tree.file("sys/free/value", "0");
  auto door = tree.door();
  ASSERT_TRUE(door->write(free_place("value"), "1", Blocking::can_hang, seconds(10)));

  // Idle, it is this process's only child.
  std::string children;
  ASSERT_TRUE(eventually([&children] {
    std::ifstream in("/proc/self/task/" + std::to_string(::getpid()) + "/children");
    return static_cast<bool>(in >> children);
  }));
  const auto helper = static_cast<pid_t>(std::stol(children));
  ASSERT_EQ(::kill(helper, SIGTERM), 0);
  EXPECT_TRUE(door->write(free_place("value"), "2", Blocking::can_hang, seconds(10)))
      << "it does not listen to SIGTERM";
  ASSERT_EQ(::kill(helper, SIGKILL), 0);
  siginfo_t ended{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(helper), &ended, WEXITED | WNOWAIT), 0);
  EXPECT_TRUE(door->write(free_place("value"), "3", Blocking::can_hang, seconds(10)));
  EXPECT_EQ(tree.bytes_of("sys/free/value"), "3");
  door.reset();
  EXPECT_FALSE(has_children());
}

TEST(Helper, KeepsNothingOfItsParentOpen) {
  const Tree tree;
  const auto fifo = tree.fifo("sys/free/fifo");
  std::array<int, 2> pipe{-1, -1};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  auto door = tree.door();
  const auto stuck = door->write(free_place("fifo"), "x", Blocking::can_hang, kLimit);
  EXPECT_EQ(stuck.error().kind, ErrorKind::in_flight);

  // Somebody who reads our output to its end must not wait for a stuck helper.
  ::close(pipe[1]);
  char byte = 0;
  EXPECT_EQ(::read(pipe[0], &byte, 1), 0);
  ::close(pipe[0]);
  EXPECT_EQ(read_fifo(fifo), "x");
  door.reset();
  EXPECT_TRUE(all_children_end());
}

}  // namespace
}  // namespace vfmgr::test::of_helper
