// SPDX-License-Identifier: Apache-2.0
// Uevents through real netlink: a process of its own, in a network namespace of its own, has the
// kernel tell there what it is asked to tell (lib/kobject_uevent.c:uevent_net_rcv_skb, since 4.18).
// The machine and other tests hear nothing of it.
#include "kernel/uevents.hpp"

#include "vfmgr/units.hpp"

#include "door/support/tree.hpp"
#include "kernel/fd.hpp"
#include "kernel/kernel.hpp"

#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace vfmgr::test::of_uevents {
namespace {

constexpr Milliseconds kLong{60'000};
constexpr Milliseconds kShort{30};
constexpr int kNotPermitted = 77;

bool enter_own_network() {
  if (::geteuid() == 0) {
    return ::unshare(CLONE_NEWNET) == 0;
  }
  const uid_t user = ::geteuid();
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) {
    return false;
  }
  std::ofstream("/proc/self/uid_map") << "0 " << user << " 1\n";
  return true;
}

/// Runs it in a child, whose failures are this test's.
void in_own_network(const std::function<void()>& story) {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (!enter_own_network()) {
      ::_exit(kNotPermitted);
    }
    story();
    std::fflush(nullptr);
    ::_exit(testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNotPermitted) {
    GTEST_SKIP() << "no network namespace of its own is to be had here";
  }
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "status " << status;
}

Fd netlink() {
  Fd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT));
  EXPECT_TRUE(socket);
  return socket;
}

void send_to(const Fd& socket, std::uint32_t port, std::string_view bytes) {
  sockaddr_nl to{};
  to.nl_family = AF_NETLINK;
  to.nl_pid = port;
  ASSERT_EQ(::sendto(socket.get(),
                     bytes.data(),
                     bytes.size(),
                     0,
                     reinterpret_cast<const sockaddr*>(&to),
                     sizeof(to)),
            static_cast<ssize_t>(bytes.size()));
}

std::string event(std::string_view subsystem) {
  const std::string path = "/devices/pci0000:40/0000:41:00.1";
  std::string text = "bind@" + path;
  for (const std::string& word :
       {std::string("ACTION=bind"), "DEVPATH=" + path, "SUBSYSTEM=" + std::string(subsystem)}) {
    text += '\0' + word;
  }
  return text + '\0';
}

/// Has the kernel tell it to all who listen in this network.
void tell(std::string_view subsystem) {
  const std::string text = event(subsystem);
  nlmsghdr head{};
  head.nlmsg_len = static_cast<std::uint32_t>(sizeof(head) + text.size());
  head.nlmsg_type = NLMSG_MIN_TYPE;
  head.nlmsg_flags = NLM_F_REQUEST;
  std::string message(sizeof(head), '\0');
  std::memcpy(message.data(), &head, sizeof(head));
  send_to(netlink(), 0, message + text);
}

std::vector<int> sockets() {
  std::vector<int> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code none;
    const auto target = std::filesystem::read_symlink(entry.path(), none).string();
    if (target.starts_with("socket:")) {
      found.push_back(std::stoi(entry.path().filename().string()));
    }
  }
  return found;
}

TEST(Uevents, TellsWhatCameBeforeTheWait) {
  in_own_network([] {
    Uevents events;
    const auto watch = events.watch();
    tell("pci");
    EXPECT_TRUE(watch->wait(kLong));
    EXPECT_FALSE(watch->wait(kShort));
    tell("module");
    EXPECT_TRUE(watch->wait(kLong));
    tell("drivers");
    EXPECT_TRUE(watch->wait(kLong));
  });
}

TEST(Uevents, WakesWhoWaits) {
  in_own_network([] {
    Uevents events;
    const auto watch = events.watch();
    std::thread tells([] {
      ::poll(nullptr, 0, 20);
      tell("pci");
    });
    EXPECT_TRUE(watch->wait(kLong));
    tells.join();
  });
}

TEST(Uevents, LeavesOutWhatNobodyWaitsFor) {
  in_own_network([] {
    Uevents events;
    const auto watch = events.watch();
    tell("block");
    EXPECT_FALSE(watch->wait(kShort));
    tell("block");
    tell("pci");
    EXPECT_TRUE(watch->wait(kLong));
  });
}

TEST(Uevents, TakesABurstAsOne) {
  in_own_network([] {
    Uevents events;
    const auto watch = events.watch();
    for (int i = 0; i < 20; ++i) {
      tell("pci");
    }
    EXPECT_TRUE(watch->wait(kLong));
    EXPECT_FALSE(watch->wait(kShort));
  });
}

TEST(Uevents, DoesNotBelieveWhoIsNotTheKernel) {
  in_own_network([] {
    Uevents events;
    const auto watch = events.watch();
    // The first netlink socket of a process has its pid as port (af_netlink.c:netlink_autobind).
    const auto port = static_cast<std::uint32_t>(::getpid());
    send_to(netlink(), port, event("pci"));
    EXPECT_FALSE(watch->wait(kShort));
    // Of something that was sent behind it, nothing is lost.
    send_to(netlink(), port, event("pci"));
    send_to(netlink(), port, "nonsense");
    tell("pci");
    EXPECT_TRUE(watch->wait(kLong));
  });
}

TEST(Uevents, OverflowIsAnEventAndNotTheEnd) {
  in_own_network([] {
    Uevents events;
    const auto watch = events.watch();
    constexpr int kMany = 5000;
    for (int i = 0; i < kMany; ++i) {
      tell("block");  // also where none of what found room passes the filter
    }
    EXPECT_TRUE(watch->wait(kLong));
    while (watch->wait(kShort)) {
    }
    tell("pci");
    EXPECT_TRUE(watch->wait(kLong));
  });
}

TEST(Uevents, ReachAllWhoWait) {
  in_own_network([] {
    Uevents events;
    constexpr int kWaiters = 4;
    std::vector<std::unique_ptr<Watch>> watches;
    watches.reserve(kWaiters);
    for (int i = 0; i < kWaiters; ++i) {
      watches.push_back(events.watch());
    }
    for (int round = 0; round < 50; ++round) {
      std::atomic<int> told = 0;
      std::vector<std::thread> waiters;
      waiters.reserve(kWaiters);
      for (const auto& watch : watches) {
        waiters.emplace_back([&told, &watch] { told += watch->wait(kLong) ? 1 : 0; });
      }
      tell("pci");
      for (std::thread& waiter : waiters) {
        waiter.join();
      }
      ASSERT_EQ(told, kWaiters);
    }
  });
}

TEST(Uevents, ReachWhoWaitsLongerThanTheOneWhoAsked) {
  in_own_network([] {
    Uevents events;
    const auto first = events.watch();
    const auto second = events.watch();
    std::thread asks([&first] { EXPECT_FALSE(first->wait(Milliseconds(100))); });
    std::thread waits([&second] {
      ::poll(nullptr, 0, 30);
      EXPECT_TRUE(second->wait(kLong));
    });
    asks.join();
    tell("pci");
    waits.join();
  });
}

TEST(Uevents, OpensOneSocketAndOnlyWhenSomebodyWaits) {
  in_own_network([] {
    const std::size_t before = sockets().size();
    Uevents events;
    EXPECT_EQ(sockets().size(), before);
    const auto first = events.watch();
    const auto second = events.watch();
    EXPECT_FALSE(first->wait(Milliseconds(1)));
    const std::vector<int> now = sockets();
    ASSERT_EQ(now.size(), before + 1);
    int room = 0;
    socklen_t size = sizeof(room);
    ASSERT_EQ(::getsockopt(now.back(), SOL_SOCKET, SO_RCVBUF, &room, &size), 0);
    EXPECT_LE(room, 1 << 20);
  });
}

TEST(Uevents, AreATimerWhereThereIsNoSocket) {
  in_own_network([] {
    // UBSan asks by way of a pipe whether a vtable can be read, once for each: while there are
    // descriptors.
    Uevents known;
    static_cast<void>(known.watch()->wait(Milliseconds(0)));
    rlimit none{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &none), 0);
    none.rlim_cur = 3;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    Uevents events;
    const auto watch = events.watch();
    const auto before = std::chrono::steady_clock::now();
    EXPECT_FALSE(watch->wait(kShort));
    EXPECT_GE(std::chrono::steady_clock::now() - before, kShort);
  });
}

TEST(Uevents, AreNoneOfARelocatedRoots) {
  const Tree tree;
  const auto door = tree.door();
  const std::size_t before = sockets().size();
  const auto watch = door->watch(free_place("there"));
  EXPECT_FALSE(watch->wait(Milliseconds(1)));
  EXPECT_EQ(sockets().size(), before);
}

}  // namespace
}  // namespace vfmgr::test::of_uevents
