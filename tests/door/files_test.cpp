// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "door/support/tree.hpp"
#include "kernel/kernel.hpp"
#include "kernel/linux_kernel.hpp"
#include "pci/attrs.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

namespace vfmgr::test::of_files {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

const PciAddress pf{.domain = 0, .bus = 3, .device = 0, .function = 0};

Result<void> write_now(Kernel& kernel, const Place& place, std::string_view bytes) {
  return kernel.write(place, bytes, Blocking::never, seconds(1));
}

TEST(Files, GiveTheirBytesAsTheyAre) {
  const Tree tree;
  tree.file("sys/free/plain", "8\n");
  tree.file("sys/free/empty", "");
  tree.file("sys/free/binary", std::string("\0\xff\n\0\x80", 5));
  const std::string huge(300'000, 'x');
  tree.file("sys/free/huge", huge);
  const auto door = tree.door();

  EXPECT_EQ(door->read(free_place("plain")), "8\n");
  EXPECT_EQ(door->read(free_place("empty")), "");
  EXPECT_EQ(door->read(free_place("binary")), std::string("\0\xff\n\0\x80", 5));
  EXPECT_EQ(door->read(free_place("huge")), huge);
}

TEST(Files, EndSomewhere) {
  const Tree tree;
  tree.file("sys/free/exact", std::string(1U << 20U, 'x'));
  tree.file("sys/free/more", std::string((1U << 20U) + 1, 'x'));
  const auto door = tree.door();

  EXPECT_EQ(door->read(free_place("exact"))->size(), 1U << 20U);
  EXPECT_EQ(door->read(free_place("more")).error().os_error, EFBIG);
}

TEST(Files, SayWithTheirErrnoWhatIsMissing) {
  const Tree tree;
  tree.file("sys/free/file", "1");
  tree.folder("sys/free/folder");
  const auto door = tree.door();

  const auto absent = door->read(free_place("absent"));
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().kind, ErrorKind::io);
  EXPECT_EQ(absent.error().os_error, ENOENT);
  EXPECT_EQ(absent.error().subject, "sys:free/absent");
  EXPECT_EQ(absent.error().why, "no such file or directory (ENOENT)");

  EXPECT_EQ(door->read(free_place("file/below")).error().os_error, ENOTDIR);
  EXPECT_EQ(door->read(free_place("folder")).error().os_error, EISDIR);
  EXPECT_EQ(door->list(free_place("file")).error().os_error, ENOTDIR);
  EXPECT_EQ(door->list(free_place("absent")).error().os_error, ENOENT);
  EXPECT_EQ(door->link(free_place("file")).error().os_error, EINVAL);
  EXPECT_EQ(door->link(free_place("absent")).error().os_error, ENOENT);
  EXPECT_EQ(write_now(*door, free_place("folder"), "1").error().os_error, EISDIR);
}

TEST(Files, InAFolderThatWentAndCameAgainAreThoseOfTheNewOne) {
  const Tree tree;
  tree.file("sys/free/one", "old");
  tree.file("sys/free/two", "old");
  tree.link("sys/free/driver", "../drivers/old");
  const auto door = tree.door();
  EXPECT_EQ(door->read(free_place("one")), "old");
  EXPECT_EQ(door->read(free_place("two")), "old");
  EXPECT_EQ(door->link(free_place("driver")), "../drivers/old");

  // As the kernel does it: what was in the folder goes, then the folder; another takes its name.
  std::filesystem::remove_all(tree.root() / "sys/free");
  EXPECT_EQ(door->read(free_place("two")).error().os_error, ENOENT);
  tree.file("sys/free/one", "new");
  tree.file("sys/free/two", "new");
  tree.link("sys/free/driver", "../drivers/new");

  EXPECT_EQ(door->read(free_place("two")), "new");
  EXPECT_EQ(door->read(free_place("one")), "new");
  EXPECT_EQ(door->link(free_place("driver")), "../drivers/new");
}

TEST(Files, AreNeverMadeByAWrite) {
  const Tree tree;
  tree.folder("sys/free");
  const auto door = tree.door();

  const auto written = write_now(*door, free_place("absent"), "4");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().os_error, ENOENT);
  EXPECT_EQ(written.error().value, "4");
  EXPECT_FALSE(std::filesystem::exists(tree.root() / "sys/free/absent"));
}

TEST(Files, HoldAfterAWriteWhatWasWritten) {
  const Tree tree;
  tree.file("sys/free/value", "something long\n");
  const auto door = tree.door();

  EXPECT_TRUE(write_now(*door, free_place("value"), std::string("4\0\xfe", 3)));
  EXPECT_EQ(tree.bytes_of("sys/free/value"), std::string("4\0\xfe", 3));
  EXPECT_TRUE(write_now(*door, free_place("value"), ""));
  EXPECT_EQ(tree.bytes_of("sys/free/value"), std::string("4\0\xfe", 3));
}

TEST(Files, WithoutPermissionAreNotPermitted) {
  const Tree tree;
  std::filesystem::permissions(tree.file("sys/free/secret", "1"), std::filesystem::perms(0));
  // Root reads everything: somebody else has to look.
  const auto other = ::fork();
  if (other == 0) {
    if (::geteuid() == 0 && ::setuid(65534) != 0) {
      ::_exit(2);
    }
    const auto door = tree.door();
    const auto read = door->read(free_place("secret"));
    const bool as_expected =
        !read && read.error().os_error == EACCES && read.error().kind == ErrorKind::not_permitted;
    ::_exit(as_expected ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(other, &status, 0), other);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

TEST(Files, ListSortedAndWithoutDots) {
  const Tree tree;
  for (const char* name : {"virtfn1", "virtfn0", "driver", ".hidden"}) {
    tree.file(std::string("sys/free/folder/") + name, "");
  }
  EXPECT_THAT(*tree.door()->list(free_place("folder")),
              ElementsAre(".hidden", "driver", "virtfn0", "virtfn1"));
}

TEST(Links, LeadAsSysfsLaysThem) {
  const Tree tree;
  const std::string bridge = "sys/devices/pci0000:00/0000:00:01.0/";
  tree.file(bridge + "0000:03:00.0/sriov_totalvfs", "24\n");
  tree.file(bridge + "0000:03:00.1/driver_override", "(null)\n");
  tree.file(bridge + "subordinate_bus_number", "4\n");
  tree.link(bridge + "0000:03:00.0/virtfn0", "../0000:03:00.1");
  tree.link("sys/bus/pci/devices/0000:03:00.0",
            "../../../devices/pci0000:00/0000:00:01.0/0000:03:00.0");
  const auto door = tree.door();

  EXPECT_EQ(door->read(pci::of(pci::kTotalVfs, pf)), "24\n");
  EXPECT_EQ(door->read(pci::of(pci::kSubordinateBus, pf)), "4\n");
  EXPECT_EQ(door->read(pci::of(pci::kVfOverride, pf, VfIndex{0})), "(null)\n");
  EXPECT_EQ(door->link(pci::of(pci::kVf, pf, VfIndex{0})), "../0000:03:00.1");
  EXPECT_EQ(observe(*door, pci::of(pci::kVf, pf, VfIndex{0})).text(), "0000:03:00.1");
  EXPECT_EQ(observe(*door, pci::of(pci::kVfCount, pf)).text(), "1");
}

TEST(Links, NeverLeadOutOfTheirNamespace) {
  const Tree tree;
  const auto outside = tree.file("outside", "secret");
  tree.file("etc/passwd", "secret");
  tree.link("sys/free/absolute", outside.string());
  tree.link("sys/free/host", "/etc/hostname");
  tree.link("sys/free/up", "../../outside");
  tree.link("sys/free/far_up", "../../../../../../../../../../etc/hostname");
  tree.link("sys/free/folder", "../../etc");
  tree.link("sys/free/magic", "/proc/self/root/etc/hostname");
  const auto door = tree.door();

  for (const char* name : {"absolute", "host", "up", "far_up", "folder/passwd", "magic"}) {
    const auto read = door->read(free_place(name));
    ASSERT_FALSE(read) << name;
    EXPECT_EQ(read.error().os_error, EXDEV) << name;
    const auto written = write_now(*door, free_place(name), "overwritten");
    ASSERT_FALSE(written) << name;
    EXPECT_EQ(written.error().os_error, EXDEV) << name;
  }
  EXPECT_EQ(tree.bytes_of("outside"), "secret");
  // What the link says may be read: it is not followed.
  EXPECT_EQ(door->link(free_place("host")), "/etc/hostname");
}

TEST(Links, OfAHelperNeverLeadOutEither) {
  const Tree tree;
  const auto outside = tree.file("outside", "secret");
  tree.link("sys/free/absolute", outside.string());
  const auto door = tree.door();

  const auto written =
      door->write(free_place("absolute"), "overwritten", Blocking::can_hang, seconds(10));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().os_error, EXDEV);
  EXPECT_EQ(written.error().value, "overwritten");
  EXPECT_EQ(tree.bytes_of("outside"), "secret");
}

TEST(Links, WithoutEndAreLoops) {
  const Tree tree;
  tree.link("sys/free/loop", "loop");
  EXPECT_EQ(tree.door()->read(free_place("loop")).error().os_error, ELOOP);
}

TEST(Namespaces, HaveARootEach) {
  const Tree tree;
  tree.file("sys/kernel/debug/free/x", "debug");
  tree.file("sys/free/x", "sys");
  const auto door = tree.door();

  EXPECT_EQ(door->read({.in = In::debug, .path = "free/x"}), "debug");
  EXPECT_EQ(door->read({.in = In::sys, .path = "free/x"}), "sys");
  EXPECT_EQ(door->read({.in = In::dev, .path = "free/x"}).error().os_error, ENOENT);
}

TEST(Door, NeedsSysfs) {
  const Tree tree;
  std::filesystem::remove(tree.root() / "sys");
  const auto kernel = open_linux_kernel({.root = tree.root(), .state = {}, .named = {}});
  ASSERT_FALSE(kernel);
  EXPECT_EQ(kernel.error().kind, ErrorKind::unreadable);
  EXPECT_THAT(kernel.error().subject, HasSubstr("/sys"));
}

TEST(Door, KnowsTheBoot) {
  const Tree tree;
  EXPECT_EQ(tree.door()->boot_id(), "unknown");
  tree.file("proc/sys/kernel/random/boot_id", "0b1c9d6e-0000-4000-8000-000000000001\n");
  EXPECT_EQ(tree.door()->boot_id(), "0b1c9d6e-0000-4000-8000-000000000001");
}

TEST(Door, KeepsANodeOpenWhileItIsHeld) {
  const Tree tree;
  tree.fifo("dev/vfio/42");
  const auto door = tree.door();
  // A FIFO tells whether somebody has it open for reading: without, this open fails (fifo(7)).
  const auto held_by_somebody = [&tree] {
    const int fd = ::open((tree.root() / "dev/vfio/42").c_str(), O_WRONLY | O_NONBLOCK);
    if (fd >= 0) {
      ::close(fd);
    }
    return fd >= 0;
  };

  ASSERT_FALSE(held_by_somebody());
  auto hold = door->hold(pci::named(pci::kVfioGroup, "42"));
  ASSERT_TRUE(hold) << to_string(hold.error());
  EXPECT_TRUE(held_by_somebody());
  hold->reset();
  EXPECT_FALSE(held_by_somebody());
  EXPECT_EQ(door->hold(pci::named(pci::kVfioGroup, "43")).error().os_error, ENOENT);
}

TEST(Waiting, EndsWithItsTime) {
  const Tree tree;
  tree.file("sys/free/folder/there", "");
  const auto door = tree.door();
  const auto watch = door->watch(free_place("folder/late"));
  const auto before = door->now();
  EXPECT_FALSE(watch->wait(std::chrono::milliseconds(20)));
  EXPECT_GE(door->now() - before, std::chrono::milliseconds(20));
}

TEST(Waiting, EndsWithWhatHappenedSinceItListens) {
  const Tree tree;
  tree.file("sys/free/folder/there", "");
  const auto door = tree.door();
  const auto watch = door->watch(free_place("folder/late"));
  tree.file("sys/free/folder/late", "");
  EXPECT_TRUE(watch->wait(std::chrono::seconds(60)));
  EXPECT_FALSE(watch->wait(std::chrono::milliseconds(1)));
  tree.file("sys/free/folder/late", "more");
  EXPECT_TRUE(watch->wait(std::chrono::seconds(60)));
}

TEST(Waiting, FindsAFolderThatWasNotThereBefore) {
  const Tree tree;
  tree.folder("sys/free");
  const auto door = tree.door();
  const auto watch = door->watch(free_place("folder/late"));
  EXPECT_FALSE(watch->wait(std::chrono::milliseconds(1)));
  tree.file("sys/free/folder/late", "");
  EXPECT_TRUE(watch->wait(std::chrono::seconds(60)));
  tree.file("sys/free/folder/late", "more");
  EXPECT_TRUE(watch->wait(std::chrono::seconds(60)));
}

}  // namespace
}  // namespace vfmgr::test::of_files
