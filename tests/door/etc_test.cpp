// SPDX-License-Identifier: Apache-2.0
// Files of /etc: nobody ever sees a part of one, and none is lost.
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "door/support/tree.hpp"
#include "kernel/kernel.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <iterator>
#include <string>
#include <string_view>
#include <thread>
#include <variant>

namespace vfmgr::test::of_etc {
namespace {

const Place config{.in = In::etc, .path = "free/config"};

Result<void> write_now(const Tree& tree, std::string_view bytes) {
  return tree.door()->write(config, bytes, Blocking::never, std::chrono::seconds(1));
}

TEST(FilesOfEtc, AreReplacedWithTheirOwnerAndMode) {
  const Tree tree;
  const auto file = tree.file("etc/free/config", "a long text that is there\n");
  ASSERT_EQ(::chmod(file.c_str(), 0440), 0);
  struct stat before{};
  ASSERT_EQ(::stat(file.c_str(), &before), 0);
  ASSERT_TRUE(write_now(tree, "short\n"));
  EXPECT_EQ(tree.bytes_of("etc/free/config"), "short\n");
  struct stat after{};
  ASSERT_EQ(::stat(file.c_str(), &after), 0);
  EXPECT_EQ(after.st_mode, before.st_mode);
  EXPECT_NE(after.st_ino, before.st_ino);
}

TEST(FilesOfEtc, AreMadeAndTakenAway) {
  const Tree tree;
  tree.folder("etc/free");
  ASSERT_TRUE(write_now(tree, "new\n"));
  EXPECT_EQ(tree.bytes_of("etc/free/config"), "new\n");
  ASSERT_TRUE(write_now(tree, ""));
  EXPECT_TRUE(observe(*tree.door(), config).absent());
  EXPECT_TRUE(write_now(tree, "")) << "there is none already";
  EXPECT_TRUE(std::filesystem::is_empty(tree.root() / "etc/free"));
}

TEST(FilesOfEtc, AreNotReachedThroughALinkOutOfIt) {
  const Tree tree;
  tree.file("secret/config", "theirs");
  tree.link("etc/free", "../secret");
  const auto written = write_now(tree, "ours");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().os_error, EXDEV);
  EXPECT_EQ(tree.bytes_of("secret/config"), "theirs");
}

TEST(FilesOfEtc, WithoutAFolderSaySo) {
  const Tree tree;
  const auto written = write_now(tree, "x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().os_error, ENOENT);
}

TEST(FilesOfEtc, AreWholeWheneverTheWriterIsKilled) {
  const Tree tree;
  const std::string one(100'000, '1');
  const std::string two(50'000, '2');
  tree.file("etc/free/config", one);
  for (int round = 0; round < 40; ++round) {
    const pid_t writer = ::fork();
    if (writer == 0) {
      for (;;) {
        static_cast<void>(write_now(tree, two).has_value());
        static_cast<void>(write_now(tree, one).has_value());
      }
    }
    std::this_thread::sleep_for(std::chrono::microseconds(200 * (round % 13)));
    ::kill(writer, SIGKILL);
    int status = 0;
    ::waitpid(writer, &status, 0);
    const std::string text = tree.bytes_of("etc/free/config");
    EXPECT_TRUE(text == one || text == two) << text.size();
  }
  // What a killed one left beside it is the next one's to take away.
  ASSERT_TRUE(write_now(tree, one));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(tree.root() / "etc/free"), {}), 1);
}

TEST(ARow, IsTheValueThatALineSaysOfItsFirstWord) {
  const Tree tree;
  tree.file("sys/free/table",
            "memory_partition_mode: NPS4\nnuma_count: 4\nVF1 - inactive - 2048MB\n"
            "VF10\t Active\t timeslice = 6000 us\nFree - None - 16MB");
  const auto door = tree.door();
  const auto row = [&](const std::string& key) {
    return observe(*door, {.in = In::sys, .path = "free/table/" + key, .as = As::row});
  };
  EXPECT_EQ(row("memory_partition_mode").text(), "NPS4");
  EXPECT_EQ(row("numa_count").text(), "4");
  EXPECT_EQ(row("VF1").text(), "2048");
  EXPECT_EQ(row("VF10").text(), "6000");
  EXPECT_EQ(row("Free").text(), "16");
  EXPECT_EQ(row("@3.3").text(), "inactive");
  EXPECT_TRUE(row("@3.9").unreadable());
  EXPECT_TRUE(row("@9.1").unreadable());
  EXPECT_TRUE(row("@").unreadable());
  EXPECT_TRUE(row("VF").unreadable());
  EXPECT_TRUE(row("VF2").unreadable());
  EXPECT_TRUE(observe(*door, {.in = In::sys, .path = "free/none/VF1", .as = As::row}).absent());
}

TEST(ARegister, IsOneOfAVendorsCapabilityInConfigurationSpace) {
  const Tree tree;
  std::string space(4096, '\0');
  const std::string capability("\x0b\x00\x01\x00\x02\x00\x01\x04", 8);  // id 2, 0x40 bytes
  space.replace(0x100, capability.size(), capability);
  space.replace(0x130, 4, std::string("\x1d\x00\x11\x00", 4));
  space.replace(0x134, 4, std::string(4, '\xff'));
  tree.file("sys/config/whole", space);
  tree.file("sys/config/header", space.substr(0, 64));
  const auto door = tree.door();
  const auto at = [&](const std::string& path) {
    return observe(*door, {.in = In::sys, .path = "config/" + path, .as = As::vsec});
  };
  EXPECT_EQ(at("whole/2/0x2c/1").text(), "1114141");
  EXPECT_EQ(at("whole/2/0x2c/0").text(), "0");
  const auto error_at = [&](const std::string& path) {
    const Value value = at(path);
    return value.unreadable() ? std::get<Unreadable>(value.is).os_error : 0;
  };
  EXPECT_EQ(error_at("whole/2/0x2c/2"), EIO) << "nobody answers";
  EXPECT_EQ(error_at("whole/3/0x2c/1"), ENODATA);
  EXPECT_EQ(error_at("header/2/0x2c/1"), EPERM);
  EXPECT_TRUE(at("none/2/0x2c/1").absent());
  const Place place{.in = In::sys, .path = "config/whole/2/0x2c/1", .as = As::vsec};
  EXPECT_EQ(to_string(place), "sys+:config/whole/2/0x2c/1");
  EXPECT_EQ(parse_place(to_string(place)).value(), place);
  EXPECT_EQ(to_string(file_of(place)), "sys:config/whole");
}

TEST(ARow, HasAMarkOfItsOwn) {
  const Place place{.in = In::debug, .path = "gim/x/asymmetric_fb/VF3", .as = As::row};
  EXPECT_EQ(to_string(place), "debug=:gim/x/asymmetric_fb/VF3");
  EXPECT_EQ(parse_place(to_string(place)).value(), place);
}

}  // namespace
}  // namespace vfmgr::test::of_etc
