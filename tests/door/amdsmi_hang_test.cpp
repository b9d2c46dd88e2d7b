// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"

#include "door/support/fake_amd_gpus.hpp"
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
#include <span>
#include <string>

namespace vfmgr::test::of_amdsmi_hang {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr milliseconds kLimit(300);
// Long enough for the function that hangs to be reached, on a machine that has much else to do.
constexpr milliseconds kReached(1500);

Result<std::string> read_within(const Kernel& kernel, const Place& place, milliseconds limit) {
  return kernel.read_slowly(std::span(&place, 1), limit).front();
}

TEST(AmdsmiThatHangs, LeavesAWriteInFlightThatStillActs) {
  const FakeAmdGpus gpus(kOneV710);
  Hanging hanging(gpus, "amdsmi_set_num_vf");
  const auto door = gpus.door();

  const auto set = door->write(num_vf(), "8", Blocking::can_hang, kReached);
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().kind, ErrorKind::in_flight);
  EXPECT_EQ(set.error().os_error, ETIMEDOUT);
  EXPECT_EQ(set.error().value, "8");
  EXPECT_THAT(set.error().why,
              HasSubstr("process " + std::to_string(::getpid()) + " is in amdsmi_set_num_vf"));

  // Behind it a read ends in its own time, and a write is not begun.
  const auto read = read_within(*door, num_vf(), kLimit);
  EXPECT_EQ(read.error().kind, ErrorKind::unreadable);
  EXPECT_EQ(read.error().os_error, ETIMEDOUT);
  const auto second = door->write(num_vf(), "2", Blocking::can_hang, kLimit);
  EXPECT_EQ(second.error().kind, ErrorKind::io);
  EXPECT_EQ(second.error().os_error, EBUSY);
  EXPECT_EQ(second.error().why,
            "an earlier call of AMD's library has not returned, so this one was not begun");

  hanging.let_go();
  EXPECT_EQ(door->read(num_vf()), "8\n") << "a patient one sees what came of it";
}

TEST(AmdsmiThatHangs, HoldsUpNobodyOfNvml) {
  const FakeAmdGpus gpus(kOneV710);
  const FakeGpus others(kMigGpu);
  Hanging hanging(gpus, "amdsmi_init");
  const auto door = gpus.tree().door({.nvml = VFMGR_FAKE_NVML, .amdsmi = VFMGR_FAKE_AMDSMI});

  EXPECT_FALSE(read_within(*door, num_vf(), kLimit));
  EXPECT_EQ(door->read(leaf("mig")), "on\n");
  hanging.let_go();
  EXPECT_EQ(door->read(num_vf()), "4\n");
}

TEST(AmdsmiThatHangs, KeepsTheLocksOfTheRunUntilItEnds) {
  const FakeAmdGpus gpus(kOneV710);
  const auto file = gpus.tree().file("lock", "");
  Hanging hanging(gpus, "amdsmi_set_num_vf");
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
    EXPECT_FALSE(door->write(num_vf(), "8", Blocking::can_hang, kLimit));
    door->keep_locks({});
  }
  EXPECT_FALSE(is_free());
  hanging.let_go();
  EXPECT_TRUE(eventually(is_free));
}

}  // namespace
}  // namespace vfmgr::test::of_amdsmi_hang
