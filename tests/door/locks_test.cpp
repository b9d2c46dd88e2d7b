// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"

#include "door/support/tree.hpp"
#include "kernel/kernel.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

// A lock lasts as long as the write that it was taken for, whatever becomes of the process that
// took it.
namespace vfmgr::test::of_locks {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class Locks : public testing::Test {
 protected:
  // Helpers whose parent was killed become ours, so that their end can be waited for.
  void SetUp() override { ASSERT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 1), 0); }
  void TearDown() override {
    EXPECT_TRUE(eventually([] {
      while (::waitpid(-1, nullptr, WNOHANG) > 0) {
      }
      return !has_children();
    }));
  }

  [[nodiscard]] bool is_free() const {
    const int fd = ::open(lock_.c_str(), O_RDWR | O_CLOEXEC);
    const bool got = ::flock(fd, LOCK_EX | LOCK_NB) == 0;
    EXPECT_TRUE(got || errno == EWOULDBLOCK);
    ::close(fd);
    return got;
  }

  /// A process that takes the lock, opens the door and does this; then it tells, and waits to be
  /// killed.
  pid_t run_locked(const std::function<void(Kernel&)>& act) {
    EXPECT_EQ(::pipe2(told_.data(), O_CLOEXEC), 0);
    const pid_t parent = ::fork();
    if (parent == 0) {
      const int lock = ::open(lock_.c_str(), O_RDWR | O_CLOEXEC);
      const bool locked = ::flock(lock, LOCK_EX | LOCK_NB) == 0;
      const auto door = tree_.door();
      door->keep_locks(std::span(&lock, 1));
      if (locked) {
        act(*door);
      }
      static_cast<void>(::write(told_[1], "x", 1) > 0);
      ::pause();
      ::_exit(0);
    }
    ::close(told_[1]);
    return parent;
  }

  /// The process has done what it should.
  void wait_until_told() {
    pollfd asked{.fd = told_[0], .events = POLLIN, .revents = 0};
    ASSERT_EQ(::poll(&asked, 1, 10'000), 1);
    char byte = 0;
    ASSERT_EQ(::read(told_[0], &byte, 1), 1);
    ::close(told_[0]);
  }

  static void kill_it(pid_t parent) {
    ASSERT_EQ(::kill(parent, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(::waitpid(parent, &status, 0), parent);
    ASSERT_TRUE(WIFSIGNALED(status));
  }

  Tree tree_;
  std::filesystem::path lock_ = tree_.file("run/lock", "");
  std::array<int, 2> told_{-1, -1};
};

TEST_F(Locks, LastAsLongAsAWriteThatWasGivenUp) {
  const auto fifo = tree_.fifo("sys/free/fifo");
  const pid_t parent = run_locked([](Kernel& door) {
    const auto written = door.write(free_place("fifo"), "4", Blocking::can_hang, milliseconds(300));
    if (written || written.error().kind != ErrorKind::in_flight) {
      ::_exit(1);
    }
  });
  wait_until_told();
  EXPECT_FALSE(is_free());
  kill_it(parent);
  EXPECT_FALSE(is_free()) << "the write is still in flight";

  // A reader appears: the write comes back.
  const int reader = ::open(fifo.c_str(), O_RDONLY | O_CLOEXEC);
  EXPECT_TRUE(eventually([this] { return is_free(); }));
  char byte = 0;
  EXPECT_EQ(::read(reader, &byte, 1), 1);
  EXPECT_EQ(byte, '4');
  ::close(reader);
}

TEST_F(Locks, LastAsLongAsAWriteInWhichTheParentWasKilled) {
  const auto fifo = tree_.fifo("sys/free/fifo");
  // A full pipe: opening it succeeds at once and can be heard, writing to it blocks.
  const int reader = ::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  const int filler = ::open(fifo.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  const std::string page(4096, 'x');
  while (::write(filler, page.data(), page.size()) > 0) {
  }
  const int inotify = ::inotify_init1(IN_CLOEXEC);
  ASSERT_GE(::inotify_add_watch(inotify, fifo.c_str(), IN_OPEN), 0);

  const pid_t parent = run_locked([](Kernel& door) {
    const auto written = door.write(free_place("fifo"), "4", Blocking::can_hang, seconds(600));
    ::_exit(written ? 0 : 1);
  });
  pollfd opened{.fd = inotify, .events = POLLIN, .revents = 0};
  ASSERT_EQ(::poll(&opened, 1, 10'000), 1);
  kill_it(parent);
  EXPECT_FALSE(is_free()) << "the write is still in flight";

  // The pipe is read empty: there is room for the write.
  std::string bytes(1U << 20U, '\0');
  EXPECT_TRUE(eventually([&] {
    const bool came = ::read(reader, bytes.data(), bytes.size()) > 0;
    return !came && is_free();
  }));
  ::close(reader);
  ::close(filler);
  ::close(inotify);
  ::close(told_[0]);
}

TEST_F(Locks, GoWithTheParentWhereNothingIsInFlight) {
  tree_.file("sys/free/value", "0");
  const pid_t parent = run_locked([](Kernel& door) {
    if (!door.write(free_place("value"), "4", Blocking::can_hang, seconds(10))) {
      ::_exit(1);
    }
  });
  wait_until_told();
  EXPECT_FALSE(is_free());
  kill_it(parent);
  EXPECT_TRUE(is_free()) << "an idle helper holds no lock, not even for a moment";
}

TEST_F(Locks, AreFreeAsSoonAsTheParentLetsThemGo) {
  tree_.file("sys/free/value", "0");
  const auto door = tree_.door();
  for (int turn = 0; turn < 50; ++turn) {
    const int lock = ::open(lock_.c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_EQ(::flock(lock, LOCK_EX | LOCK_NB), 0) << turn;
    door->keep_locks(std::span(&lock, 1));
    ASSERT_TRUE(door->write(free_place("value"), "4", Blocking::can_hang, seconds(10)));
    door->keep_locks({});
    ::close(lock);
  }
}

TEST_F(Locks, CanBeMoreThanOneMessageCarries) {
  tree_.file("sys/free/value", "0");
  const auto door = tree_.door();
  constexpr int kMany = 600;
  std::vector<int> locks;
  locks.reserve(kMany);
  for (int i = 0; i < kMany; ++i) {
    locks.push_back(::open(lock_.c_str(), O_RDWR | O_CLOEXEC));
  }
  ASSERT_EQ(::flock(locks.back(), LOCK_EX | LOCK_NB), 0);
  door->keep_locks(locks);
  EXPECT_TRUE(door->write(free_place("value"), "4", Blocking::can_hang, seconds(10)));
  const auto fifo = tree_.fifo("sys/free/fifo");
  const auto stuck = door->write(free_place("fifo"), "5", Blocking::can_hang, milliseconds(300));
  EXPECT_EQ(stuck.error().kind, ErrorKind::in_flight);
  for (const int lock : locks) {
    ::close(lock);
  }
  EXPECT_FALSE(is_free());
  const int reader = ::open(fifo.c_str(), O_RDONLY | O_CLOEXEC);
  EXPECT_TRUE(eventually([this] { return is_free(); }));
  ::close(reader);
}

}  // namespace
}  // namespace vfmgr::test::of_locks
