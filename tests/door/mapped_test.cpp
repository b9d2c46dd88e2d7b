// SPDX-License-Identifier: Apache-2.0
// Registers behind BARs: a regular file is mapped as the kernel's `resourceN` is.
#include "kernel/mapped.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"

#include "door/support/tree.hpp"
#include "kernel/files.hpp"
#include "kernel/helper.hpp"
#include "kernel/kernel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr::test::of_mapped {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

constexpr const char* kFolder = "sys/bus/pci/devices/0000:03:00.0/";
constexpr const char* kPath = "bus/pci/devices/0000:03:00.0/resource5";
constexpr std::size_t kPages = 8192;

Place at(const std::string& bar_and_offset) {
  return {.in = In::mmio, .path = "0000:03:00.0/" + bar_and_offset};
}
/// The last dword of a page.
Place first_register() {
  return at("5/00000ffc");
}
/// One in the next.
Place second_register() {
  return at("5/00001004");
}

/// Each byte is another than its neighbours.
std::string bytes_of_bar(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<char>(i * 7 + i / 256);
  }
  return bytes;
}

std::filesystem::path put_bar(const Tree& tree, int bar, const std::string& bytes) {
  return tree.file(kFolder + ("resource" + std::to_string(bar)), bytes);
}

int errno_of(const Kernel& door, const Place& place) {
  const auto read = door.read(place);
  return read ? 0 : read.error().os_error;
}

TEST(MappedRegister, IsFourBytesFromItsPlace) {
  const Tree tree;
  const std::string bytes = bytes_of_bar(kPages);
  put_bar(tree, 5, bytes);
  put_bar(tree, 2, std::string(kPages, 'x'));
  const auto door = tree.door();
  EXPECT_EQ(door->read(first_register()).value_or("-"), bytes.substr(0xffc, 4));
  EXPECT_EQ(door->read(second_register()).value_or("-"), bytes.substr(0x1004, 4));
  EXPECT_EQ(door->read(at("2/00001004")).value_or("-"), "xxxx");
}

TEST(MappedRegister, IsReadAgainEachTime) {
  const Tree tree;
  put_bar(tree, 5, std::string(kPages, 'a'));
  const auto door = tree.door();
  EXPECT_EQ(door->read(second_register()).value_or("-"), "aaaa");
  put_bar(tree, 5, std::string(kPages, 'b'));
  EXPECT_EQ(door->read(second_register()).value_or("-"), "bbbb");
}

TEST(MappedRegister, OfManyAtOnceEachHasItsOwnResult) {
  const Tree tree;
  const std::string bytes = bytes_of_bar(kPages);
  put_bar(tree, 5, bytes);
  const auto door = tree.door();
  const std::array places{second_register(), at("2/00001004"), first_register(), at("5/00001000")};
  const auto read = door->read_slowly(places, seconds(10));
  ASSERT_EQ(read.size(), 4U);
  EXPECT_EQ(read[0].value_or("-"), bytes.substr(0x1004, 4));
  EXPECT_EQ(read[1].error().os_error, ENOENT);
  EXPECT_EQ(read[1].error().subject, "mmio:0000:03:00.0/2/00001004");
  EXPECT_EQ(read[2].value_or("-"), bytes.substr(0xffc, 4));
  EXPECT_EQ(read[3].error().kind, ErrorKind::not_permitted);
}

// Whoever opened this FIFO would wait for ever, so nobody does: neither this process nor a helper.
TEST(MappedRegister, ThatNoTableNamesIsRefusedBeforeItsFileIsOpened) {
  const Tree tree;
  tree.fifo(std::string(kFolder) + "resource5");
  const auto door = tree.door();
  for (const char* other : {"5/00001000", "5/00000ff8", "5/00001008", "5/00000ffd", "2/00000ffc"}) {
    const auto read = door->read(at(other));
    ASSERT_FALSE(read.has_value()) << other;
    EXPECT_EQ(read.error().kind, ErrorKind::not_permitted) << other;
  }
  EXPECT_EQ(
      door->read({.in = In::sys, .path = "bus/pci/devices/0000:03:00.0/resource5"}).error().kind,
      ErrorKind::not_permitted);
  EXPECT_FALSE(has_children());
}

TEST(MappedRegister, IsNeverWrittenWhateverATableSays) {
  const Tree tree;
  const std::string bytes = bytes_of_bar(kPages);
  put_bar(tree, 5, bytes);
  const auto door = tree.door();
  for (const Blocking blocking : {Blocking::never, Blocking::can_hang}) {
    const auto written = door->write(second_register(), "\1\2\3\4", blocking, seconds(10));
    ASSERT_FALSE(written.has_value());
    EXPECT_EQ(written.error().kind, ErrorKind::not_permitted);
  }
  EXPECT_EQ(tree.bytes_of(std::string(kFolder) + "resource5"), bytes);
  EXPECT_FALSE(has_children());
}

TEST(MappedRegister, IsNoFolderAndNoLink) {
  const Tree tree;
  put_bar(tree, 5, bytes_of_bar(kPages));
  const auto door = tree.door();
  EXPECT_EQ(door->list(first_register()).error().os_error, EINVAL);
  EXPECT_EQ(door->link(first_register()).error().os_error, EINVAL);
}

TEST(MappedRegister, OfABarThatIsNotThereOrEndsBeforeItIsNotMapped) {
  const Tree tree;
  const auto door = tree.door();
  EXPECT_EQ(errno_of(*door, second_register()), ENOENT);
  // The page is there, and what lies behind a BAR in its page is another device's.
  for (const std::size_t size : {std::size_t{0}, std::size_t{0x1000}, std::size_t{0x1007}}) {
    put_bar(tree, 5, std::string(size, 'x'));
    EXPECT_EQ(errno_of(*door, second_register()), ENXIO) << size;
  }
  EXPECT_FALSE(has_children());
  put_bar(tree, 5, std::string(0x1008, 'x'));
  EXPECT_EQ(errno_of(*door, second_register()), 0);
}

TEST(MappedRegister, IsNotLookedForOutsideOfSysfs) {
  const Tree tree;
  tree.file("elsewhere", std::string(kPages, 'x'));
  tree.link(std::string(kFolder) + "resource5", "/elsewhere");
  tree.link(std::string(kFolder) + "resource2", "../../../../../../elsewhere");
  const auto door = tree.door();
  EXPECT_EQ(errno_of(*door, second_register()), EXDEV);
  EXPECT_EQ(errno_of(*door, at("2/00001004")), EXDEV);
}

/// A device that is removed between the look and the read: its file is shorter all at once.
TEST(MappedRegister, OfADeviceThatIsRemovedEndsTheHelperAlone) {
  const Tree tree;
  const auto file = put_bar(tree, 5, std::string(kPages, 'x'));
  const auto files = Files::open(tree.root());
  ASSERT_TRUE(files.has_value());
  const Place place = second_register();  // it outlives its errand
  const auto errand = errand_of_register(*files, place);
  ASSERT_TRUE(errand.has_value());
  Helpers helpers;
  std::filesystem::resize_file(file, 0x1000);
  const auto gone = helpers.run_all(std::span(&*errand, 1), seconds(10));
  ASSERT_FALSE(gone.front().has_value());
  EXPECT_EQ(gone.front().error().kind, ErrorKind::unreadable);
  EXPECT_EQ(gone.front().error().os_error, EIO);
  EXPECT_EQ(gone.front().error().subject, "mmio:0000:03:00.0/5/00001004");
  EXPECT_THAT(gone.front().error().why, HasSubstr("SIGBUS"));
  EXPECT_FALSE(has_children()) << "it was waited for";
  // Another helper does what comes next.
  std::filesystem::resize_file(file, kPages);
  const auto back = helpers.run_all(std::span(&*errand, 1), seconds(10));
  ASSERT_TRUE(back.front().has_value());
  EXPECT_EQ(back.front()->bytes, std::string(4, '\0'));
}

TEST(MappedRegister, LeavesOthersOfItsBatchToBeRead) {
  const Tree tree;
  put_bar(tree, 2, std::string(kPages, 'y'));
  const auto file = put_bar(tree, 5, std::string(kPages, 'x'));
  const auto files = Files::open(tree.root());
  ASSERT_TRUE(files.has_value());
  const std::array places{second_register(), first_register(), at("2/00001004")};
  std::vector<Errand> errands;
  for (const Place& place : places) {
    auto errand = errand_of_register(*files, place);
    ASSERT_TRUE(errand.has_value());
    errands.push_back(std::move(*errand));
  }
  std::filesystem::resize_file(file, 0x1000);  // the first lies in the page that is left
  Helpers helpers;
  const auto done = helpers.run_all(errands, seconds(10));
  EXPECT_EQ(done[0].error().os_error, EIO);
  EXPECT_EQ(done[1]->bytes, "xxxx");
  EXPECT_EQ(done[2]->bytes, "yyyy");
}

TEST(MappedRegister, LeavesNoCoreFileOfTheProcessThatAsked) {
  const Tree tree;
  put_bar(tree, 5, std::string(0x1000, 'x'));
  const auto files = Files::open(tree.root());
  ASSERT_TRUE(files.has_value());
  const int root = files->handle({.in = In::sys, .path = "bus"}).value_or(-1);
  const auto child = ::fork();
  if (child == 0) {
    // As much as the machine lets a core be, and a place where it may lie.
    rlimit most{};
    ::getrlimit(RLIMIT_CORE, &most);
    most.rlim_cur = most.rlim_max;
    ::setrlimit(RLIMIT_CORE, &most);
    std::signal(SIGBUS, SIG_DFL);  // a sanitizer of this build would answer it
    std::array<char, 4> into{};
    ::_exit(::chdir(tree.root().c_str()) == 0 &&
                    read_register(root, kPath, {.offset = 0x1004, .page = 4096}, into) == 4
                ? 0
                : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGBUS);
  EXPECT_FALSE(WCOREDUMP(status));
}

TEST(MappedRegister, IsAWholeDwordWithRoomForIt) {
  const Tree tree;
  put_bar(tree, 5, bytes_of_bar(kPages));
  const auto files = Files::open(tree.root());
  ASSERT_TRUE(files.has_value());
  const int root = files->handle({.in = In::sys, .path = "bus"}).value_or(-1);
  std::array<char, 4> into{};
  EXPECT_EQ(read_register(root, kPath, {.offset = 0x1004, .page = 4096}, into), 4);
  EXPECT_EQ(std::string(into.begin(), into.end()), bytes_of_bar(kPages).substr(0x1004, 4));
  EXPECT_EQ(read_register(root, kPath, {.offset = 0x1005, .page = 4096}, into), -EINVAL);
  EXPECT_EQ(read_register(root, kPath, {.offset = 0x1004, .page = 4096}, std::span(into).first(3)),
            -EINVAL);
  EXPECT_EQ(read_register(root, "bus/none", {.offset = 0x1004, .page = 4096}, into), -ENOENT);
}

}  // namespace
}  // namespace vfmgr::test::of_mapped
