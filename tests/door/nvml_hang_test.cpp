// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"

#include "door/support/fake_gpus.hpp"
#include "door/support/hanging.hpp"
#include "door/support/tree.hpp"
#include "kernel/fd.hpp"
#include "kernel/kernel.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace vfmgr::test::of_nvml_hang {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr milliseconds kLimit(300);
// Long enough for the function that hangs to be reached, on a machine that has much else to do.
constexpr milliseconds kReached(1500);

Result<std::string> read_within(const Kernel& kernel, const std::string& name, milliseconds limit) {
  const Place place = leaf(name);
  return kernel.read_slowly(std::span(&place, 1), limit).front();
}

TEST(NvmlThatHangs, LeavesAWriteInFlightThatStillActs) {
  const FakeGpus gpus(kMigGpu);
  Hanging hanging(gpus, "nvmlDeviceSetMigMode");
  const auto door = gpus.door();

  const auto set = door->write(leaf("mig"), "off", Blocking::can_hang, kReached);
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().kind, ErrorKind::in_flight);
  EXPECT_EQ(set.error().os_error, ETIMEDOUT);
  EXPECT_EQ(set.error().subject, "nvml:0000:3b:00.0/mig");
  EXPECT_EQ(set.error().value, "off");
  EXPECT_THAT(set.error().why,
              HasSubstr("process " + std::to_string(::getpid()) + " is in nvmlDeviceSetMigMode"));

  // Behind it a read ends in its own time, and a write is not begun.
  const auto read = read_within(*door, "mig", kLimit);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::unreadable);
  EXPECT_EQ(read.error().os_error, ETIMEDOUT);
  const auto second = door->write(leaf("heterogeneous"), "1", Blocking::can_hang, kLimit);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::io);
  EXPECT_EQ(second.error().os_error, EBUSY);
  EXPECT_EQ(gpus.number("opened"), 1);

  hanging.let_go();
  EXPECT_EQ(door->read(leaf("mig")), "off\n") << "a patient one sees what came of it";
  EXPECT_EQ(door->read(leaf("heterogeneous")), "0\n");
}

TEST(NvmlThatHangs, IsGivenUpByAReadWithoutHarm) {
  const FakeGpus gpus(kMigGpu);
  Hanging hanging(gpus, "nvmlInit_v2");
  const auto door = gpus.door();

  const auto read = read_within(*door, "mig", kReached);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::unreadable);
  EXPECT_EQ(read.error().os_error, ETIMEDOUT);
  EXPECT_THAT(read.error().why, HasSubstr("nvmlInit_v2"));
  hanging.let_go();
  EXPECT_EQ(door->read(leaf("mig")), "on\n");
}

TEST(NvmlThatHangs, IsNotWaitedForByTheDoor) {
  const FakeGpus gpus(kMigGpu);
  Hanging hanging(gpus, "nvmlDeviceSetMigMode");
  auto door = gpus.door();

  EXPECT_FALSE(door->write(leaf("mig"), "off", Blocking::can_hang, kLimit));
  door.reset();
  EXPECT_EQ(gpus.number("closed"), 0);
  hanging.let_go();
  EXPECT_TRUE(eventually([&gpus] { return gpus.number("closed") == 1; }));
  EXPECT_EQ(gpus.door()->read(leaf("mig")), "off\n");
}

TEST(NvmlThatHangs, KeepsTheLocksOfTheRunUntilItEnds) {
  const FakeGpus gpus(kMigGpu);
  const auto file = gpus.tree().file("lock", "");
  Hanging hanging(gpus, "nvmlDeviceSetMigMode");
  const auto door = gpus.door();
  const auto is_free = [&file] {
    const Fd other(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    return ::flock(other.get(), LOCK_EX | LOCK_NB) == 0;
  };
  {
    const Fd lock(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    ASSERT_EQ(::flock(lock.get(), LOCK_EX | LOCK_NB), 0);
    const std::array descriptors{lock.get()};
    door->keep_locks(descriptors);
    EXPECT_FALSE(door->write(leaf("mig"), "off", Blocking::can_hang, kLimit));
    door->keep_locks({});
  }
  EXPECT_FALSE(is_free());
  hanging.let_go();
  EXPECT_TRUE(eventually(is_free));
}

TEST(NvmlSessions, OfManyThreadsComeOneAfterTheOther) {
  const FakeGpus gpus(kMigGpu + std::string("gpu 00000000:AF:00.0\nmixed 0\n"));
  const auto door = gpus.door();
  const std::vector<Place> places{
      leaf("mig"), leaf("heterogeneous"), {.in = In::nvml, .path = "0000:af:00.0/heterogeneous"}};
  ASSERT_TRUE(door->write(leaf("mig"), "off", Blocking::can_hang, seconds(60)));

  constexpr int kThreads = 4;
  constexpr int kTurns = 10;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&door, &places, i] {
      for (int turn = 0; turn < kTurns; ++turn) {
        const std::string bytes = std::to_string(turn % 2);
        EXPECT_TRUE(door->write(places[i % 2 == 0 ? 1 : 2], bytes, Blocking::never, seconds(60)));
        EXPECT_TRUE(door->read(places[static_cast<std::size_t>(turn) % places.size()]));
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(gpus.number("opened"), 1 + kThreads * kTurns * 2);
  EXPECT_EQ(gpus.number("most"), 1);
}

TEST(NvmlSessions, TakeTheirTimeOnlyFromTheirTurnOn) {
  const FakeGpus gpus(kMigGpu);
  Hanging hanging(gpus, "nvmlDeviceGetMigMode");
  const auto door = gpus.door();

  // The one in front takes longer than the other's limit, and less than its own.
  Result<std::string> in_front;
  std::thread slow([&] { in_front = read_within(*door, "mig", seconds(60)); });
  EXPECT_TRUE(eventually([&gpus] { return gpus.number("opened") == 1; }));
  Result<std::string> behind;
  std::thread quick([&] { behind = read_within(*door, "heterogeneous", milliseconds(1000)); });
  EXPECT_FALSE(read_within(*gpus.door(), "mig", milliseconds(1100))) << "another door hangs, too";
  hanging.let_go();
  slow.join();
  quick.join();
  EXPECT_EQ(in_front, "on\n");
  EXPECT_EQ(behind.error().os_error, EOPNOTSUPP) << "MIG is on: it had its turn";
}

}  // namespace
}  // namespace vfmgr::test::of_nvml_hang
