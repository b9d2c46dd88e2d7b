// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"

#include "backends/backend.hpp"
#include "core/attr.hpp"
#include "door/support/tree.hpp"
#include "engine/tables.hpp"
#include "kernel/kernel.hpp"
#include "kernel/never_opened.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace vfmgr::test::of_named {
namespace {

using std::chrono::seconds;

/// Hears every opening of these files.
class Openings {
 public:
  explicit Openings(const std::vector<std::filesystem::path>& files)
      : inotify_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    for (const auto& file : files) {
      EXPECT_GE(::inotify_add_watch(inotify_, file.c_str(), IN_OPEN | IN_ACCESS | IN_MODIFY), 0);
    }
  }
  Openings(const Openings&) = delete;
  Openings& operator=(const Openings&) = delete;
  Openings(Openings&&) = delete;
  Openings& operator=(Openings&&) = delete;
  ~Openings() { ::close(inotify_); }

  [[nodiscard]] bool any() const {
    std::array<char, 4096> events{};
    return ::read(inotify_, events.data(), events.size()) > 0;
  }

 private:
  int inotify_;
};

void expect_refused(const Error& error, const Place& place) {
  EXPECT_EQ(error.kind, ErrorKind::not_permitted) << to_string(place);
  EXPECT_EQ(error.subject, to_string(place));
}

TEST(WhatNobodyNames, IsNeverOpened) {
  const Tree tree;
  // AMD's file of this name resets the GPU when it is read.
  const auto reset = tree.file("sys/kernel/debug/dri/0/amdgpu_gpu_recover", "1");
  const auto other = tree.file("sys/bus/pci/devices/0000:03:00.0/reset", "1");
  const auto dots = tree.file("sys/bus/pci/bind", "1");
  const auto nul = tree.file("sys/free/name", "1");
  const auto door = tree.door();
  const Openings openings({reset, other, dots, nul});

  const std::vector<Place> places{
      {.in = In::debug, .path = "dri/0/amdgpu_gpu_recover"},
      {.in = In::sys, .path = "bus/pci/devices/0000:03:00.0/reset"},
      {.in = In::sys, .path = "bus/pci/drivers/../bind"},
      {.in = In::sys, .path = "bus/pci/devices/0000:03:00.0/../0000:03:00.0/reset"},
      {.in = In::sys, .path = "/etc/hostname"},
      {.in = In::proc, .path = "self/environ"},
      {.in = In::module, .path = "../../free"},
  };
  for (const Place& place : places) {
    expect_refused(door->read(place).error(), place);
    expect_refused(door->list(place).error(), place);
    expect_refused(door->link(place).error(), place);
    expect_refused(door->hold(place).error(), place);
    expect_refused(door->write(place, "1", Blocking::never, seconds(1)).error(), place);
    expect_refused(door->write(place, "1", Blocking::can_hang, seconds(1)).error(), place);
    expect_refused(door->read_slowly(std::span(&place, 1), seconds(1)).front().error(), place);
  }
  EXPECT_FALSE(openings.any());

  // And the witness does hear an opening.
  EXPECT_EQ(tree.bytes_of("sys/bus/pci/bind"), "1");
  EXPECT_TRUE(openings.any());
}

TEST(WhatNobodyNames, IsNotReachedByCuttingANameShort) {
  const Tree tree;
  const auto file = tree.file("sys/free/name", "1");
  const auto door = tree.door();
  const Openings openings({file});

  const Place place{.in = In::sys, .path = std::string("free/name\0more", 14)};
  EXPECT_EQ(door->read(place).error().os_error, EINVAL);
  EXPECT_EQ(door->write(place, "1", Blocking::never, seconds(1)).error().os_error, EINVAL);
  EXPECT_EQ(door->write(place, "1", Blocking::can_hang, seconds(1)).error().os_error, EINVAL);
  EXPECT_EQ(door->read_slowly(std::span(&place, 1), seconds(1)).front().error().os_error, EINVAL);
  EXPECT_FALSE(openings.any());
}

TEST(WhatIsNamedForReading, IsNeverWritten) {
  const Tree tree;
  tree.file("sys/readable/value", "1");
  const auto door = tree.door();
  const Place place{.in = In::sys, .path = "readable/value"};

  EXPECT_EQ(door->read(place), "1");
  expect_refused(door->write(place, "2", Blocking::never, seconds(1)).error(), place);
  expect_refused(door->write(place, "2", Blocking::can_hang, seconds(1)).error(), place);
  EXPECT_EQ(tree.bytes_of("sys/readable/value"), "1");
}

TEST(WhatActsWhenItIsRead, IsNamedByNoBackend) {
  for (const std::span<const Attr> table : attr_tables(shipped_backends())) {
    for (const Attr& attr : table) {
      EXPECT_FALSE(is_never_opened(attr.pattern)) << attr.pattern;
    }
  }
}

TEST(WhatActsWhenItIsRead, IsNotOpenedWhoeverNamesIt) {
  const Tree tree;
  for (const NeverOpened& one : kNeverOpened) {
    const auto file = tree.file("sys/free/" + std::string(one.leaf), "1");
    const Openings openings({file});
    const auto door = tree.door();
    const Place place = free_place(std::string(one.leaf));
    const auto read = door->read(place);
    ASSERT_FALSE(read);
    expect_refused(read.error(), place);
    EXPECT_FALSE(door->write(place, "1", Blocking::never, seconds(1)));
    EXPECT_FALSE(openings.any()) << one.leaf;
  }
}

}  // namespace
}  // namespace vfmgr::test::of_named
