// SPDX-License-Identifier: Apache-2.0
// Dwords of configuration space: those that are named, as a whole, and nothing else.
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/attr.hpp"
#include "door/support/tree.hpp"
#include "kernel/kernel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace vfmgr::test::of_config {
namespace {

using std::chrono::seconds;

const std::string file = "sys/bus/pci/devices/0000:03:00.0/config";

Place dword(const std::string& offset) {
  return {.in = In::config, .path = "0000:03:00.0/" + offset};
}

int os_error_of(const Result<std::string>& read) {
  return read ? 0 : read.error().os_error;
}

/// A configuration space whose bytes are told apart.
std::string counting(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t at = 0; at < size; ++at) {
    bytes[at] = static_cast<char>(at);
  }
  return bytes;
}

TEST(Dword, IsReadAndWrittenLittleEndianAndAlone) {
  const Tree tree;
  const std::string before = counting(4096);
  tree.file(file, before);
  const auto door = tree.door();
  EXPECT_EQ(door->read(dword("430")).value(), "33323130");
  EXPECT_TRUE(door->write(dword("430"), "002f001d", Blocking::never, seconds(1)));
  EXPECT_EQ(door->read(dword("430")).value(), "002f001d");
  std::string after = before;
  after.replace(0x430, 4, std::string("\x1d\x00\x2f\x00", 4));
  EXPECT_TRUE(tree.bytes_of(file) == after) << "nothing else moved";
  EXPECT_EQ(observe(*door, dword("430")).text(), "002f001d");
}

TEST(Dword, IsNeverWrittenByHalves) {
  const Tree tree;
  tree.file(file, counting(4096));
  const auto door = tree.door();
  for (const std::string bytes : {"001d", "1d", "", "0x11001d", "0011001dff", "0011001g"}) {
    const auto written = door->write(dword("42c"), bytes, Blocking::never, seconds(1));
    ASSERT_FALSE(written) << bytes;
    EXPECT_EQ(written.error().os_error, EINVAL) << bytes;
  }
  EXPECT_TRUE(tree.bytes_of(file) == counting(4096));
}

TEST(Dword, IsOneThatATableNames) {
  const Tree tree;
  tree.file(file, counting(4096));
  const auto door = tree.door();
  // Before the first and behind the last, between two, spelled otherwise, of another register.
  for (const std::string offset :
       {"428", "46c", "42e", "042c", "42C", "0x42c", "4", "10", "8", "", "42c/", "../config"}) {
    EXPECT_EQ(door->read(dword(offset)).error().kind, ErrorKind::not_permitted) << offset;
    const auto written = door->write(dword(offset), "00000001", Blocking::never, seconds(1));
    ASSERT_FALSE(written) << offset;
    EXPECT_EQ(written.error().kind, ErrorKind::not_permitted) << offset;
  }
  // Named for reading alone.
  EXPECT_EQ(door->read(dword("420")).value(), "23222120");
  EXPECT_EQ(door->write(dword("420"), "00000001", Blocking::never, seconds(1)).error().kind,
            ErrorKind::not_permitted);
  EXPECT_TRUE(tree.bytes_of(file) == counting(4096));
}

TEST(Dword, IsNotMadeUpWhereTheBytesEnd) {
  const Tree tree;
  const auto door = tree.door();
  EXPECT_EQ(os_error_of(door->read(dword("42c"))), ENOENT);
  EXPECT_EQ(door->write(dword("42c"), "00000001", Blocking::never, seconds(1)).error().os_error,
            ENOENT);
  // pci-sysfs.c:pci_read_config: 64 bytes without CAP_SYS_ADMIN; 256 of a conventional function.
  tree.file(file, counting(64));
  EXPECT_EQ(os_error_of(door->read(dword("42c"))), EPERM);
  EXPECT_TRUE(observe(*door, dword("42c")).unreadable());
  tree.file(file, counting(256));
  EXPECT_EQ(os_error_of(door->read(dword("42c"))), EIO);
  tree.file(file, counting(0x42e));
  EXPECT_EQ(os_error_of(door->read(dword("42c"))), EIO) << "a half of it is none";
}

TEST(Dword, IsOfTheVfThatItsOffsetIs) {
  constexpr Attr kRegisters{
      .in = In::config, .pattern = "{gpu}/{vf@42c-468}", .name = "vram", .source = "tests/door"};
  const PciAddress gpu{.domain = 0, .bus = 3, .device = 0, .function = 0};
  for (std::uint32_t index = 0; index < 16; ++index) {
    const Place place = place_of(kRegisters, {.gpu = gpu, .vf = vf_at(index), .name = {}});
    const auto holes = match(kRegisters, place);
    ASSERT_TRUE(holes) << place.path;
    EXPECT_EQ(holes->vf, vf_at(index));
    EXPECT_EQ(holes->gpu, gpu);
  }
  EXPECT_EQ(place_of(kRegisters, {.gpu = gpu, .vf = vf_at(15), .name = {}}), dword("468"));
}

TEST(ModuleFile, IsWhatModprobeWouldLoad) {
  const Tree tree;
  tree.file("proc/sys/kernel/osrelease", "6.12.1-test\n");
  const auto door = tree.door();
  const Place place{.in = In::module, .path = "toy-gpu/file"};
  EXPECT_EQ(os_error_of(door->read(place)), ENOENT) << "no list at all";
  tree.file("lib/modules/6.12.1-test/modules.dep",
            "kernel/drivers/toy-gpu-more.ko.xz: kernel/drivers/toy_gpu.ko\n"
            "updates/dkms/toy_gpu.ko.xz: kernel/drivers/other.ko\n");
  EXPECT_EQ(door->read(place).value(), "updates/dkms/toy_gpu.ko.xz");
  EXPECT_EQ(os_error_of(door->read({.in = In::module, .path = "toy/file"})), ENOENT);
  EXPECT_EQ(os_error_of(door->read({.in = In::module, .path = "other/file"})), ENOENT)
      << "what is needed is no line of its own";
  EXPECT_EQ(door->write(place, "load", Blocking::can_hang, seconds(1)).error().kind,
            ErrorKind::not_permitted);
}

}  // namespace
}  // namespace vfmgr::test::of_config
