// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"

#include "door/support/tree.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <fstream>
#include <string>
#include <string_view>

namespace vfmgr::test::of_module {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Stands in for modprobe: notes how it was called, and makes or takes away the module's folder.
constexpr std::string_view kModprobe = R"sh(
root=$(dirname "$0")/..
printf '%s|' "$@" >> "$root/calls"
printf '\n' >> "$root/calls"
if [ "$1" = -r ]; then
  rm -r "$root/sys/module/$(printf %s "$3" | tr - _)"
else
  mkdir -p "$root/sys/module/$(printf %s "$2" | tr - _)"
fi
)sh";

Place module_place(const std::string& name) {
  return pci::named(pci::kModule, name);
}

TEST(Module, IsLoadedAndUnloadedThroughModprobe) {
  const Tree tree;
  tree.script("sbin/modprobe", kModprobe);
  const auto door = tree.door();

  EXPECT_EQ(door->read(module_place("vfio-pci")).error().os_error, ENOENT);
  EXPECT_TRUE(observe(*door, module_place("vfio-pci")).absent());
  EXPECT_TRUE(
      door->write(module_place("vfio-pci"), "load a=1 b=2", Blocking::can_hang, seconds(10)));
  EXPECT_EQ(door->read(module_place("vfio-pci")), "loaded");
  EXPECT_TRUE(door->write(module_place("vfio-pci"), "unload", Blocking::can_hang, seconds(10)));
  EXPECT_TRUE(observe(*door, module_place("vfio-pci")).absent());
  EXPECT_EQ(tree.bytes_of("calls"), "--|vfio-pci|a=1|b=2|\n-r|--|vfio-pci|\n")
      << "never with --force";
}

TEST(Module, ShowsTheParametersThatATableNames) {
  const Tree tree;
  tree.file("sys/module/toy_gpu/initstate", "live\n");
  tree.file("sys/module/toy_gpu/parameters/vfs", "4\n");
  tree.file("sys/module/toy_gpu/parameters/debug", "1\n");
  tree.folder("sys/module/toy_gpu/drivers/pci:toy-gpu");
  tree.folder("sys/module/built_in");
  const auto door = tree.door();

  EXPECT_EQ(door->read(module_place("toy-gpu")), "loaded vfs=4");
  EXPECT_EQ(door->read(module_place("toy_gpu")), "loaded vfs=4");
  EXPECT_THAT(*door->list(module_place("toy-gpu")), ElementsAre("pci:toy-gpu"));
  EXPECT_EQ(door->read(module_place("built-in")), "loaded");
  EXPECT_THAT(*door->list(module_place("built-in")), IsEmpty());
  EXPECT_EQ(door->list(module_place("absent")).error().os_error, ENOENT);
  EXPECT_EQ(door->list(module_place("absent")).error().subject, "module:absent");
  tree.file("sys/module/toy_gpu/initstate", "going\n");
  EXPECT_EQ(door->read(module_place("toy-gpu")), "going");
}

TEST(Module, ErrorsComeFromTheLastWordsOfModprobe) {
  const Tree tree;
  const auto door = tree.door();
  const auto load = [&door] {
    return door->write(module_place("xe"), "load", Blocking::can_hang, seconds(10)).error();
  };
  EXPECT_EQ(load().os_error, ENOENT) << "no modprobe";

  tree.script("sbin/modprobe",
              "echo \"modprobe: ERROR: could not insert 'xe': Operation not permitted\" >&2\n"
              "exit 1\n");
  EXPECT_EQ(load().os_error, EPERM);
  EXPECT_EQ(load().kind, ErrorKind::not_permitted);
  EXPECT_THAT(load().why, HasSubstr("exit status 1"));
  EXPECT_THAT(load().why, HasSubstr("could not insert 'xe'"));
  tree.script("sbin/modprobe", "echo 'modprobe: FATAL: Module xe is in use.' >&2; exit 1\n");
  EXPECT_EQ(load().os_error, EBUSY);
  tree.script("sbin/modprobe",
              "echo 'modprobe: FATAL: Module xe not found in directory /lib/modules/1' >&2\n"
              "exit 1\n");
  EXPECT_EQ(load().os_error, ENOENT);
  tree.script("sbin/modprobe", "exit 3\n");
  EXPECT_EQ(load().os_error, 0);
  EXPECT_EQ(load().kind, ErrorKind::io);
  EXPECT_EQ(load().value, "load");
  EXPECT_EQ(load().subject, "module:xe");
}

TEST(Module, TakesOnlyItsTwoWords) {
  const Tree tree;
  tree.script("sbin/modprobe", kModprobe);
  const auto door = tree.door();
  for (const char* bytes : {"", "reload", "unload now", "loadx", "1"}) {
    const auto written = door->write(module_place("xe"), bytes, Blocking::can_hang, seconds(10));
    EXPECT_EQ(written.error().os_error, EINVAL) << bytes;
  }
  for (const char* name : {"-f", "a b", "a;b"}) {
    EXPECT_EQ(
        door->write(module_place(name), "load", Blocking::can_hang, seconds(10)).error().os_error,
        EINVAL)
        << name;
    EXPECT_EQ(door->read(module_place(name)).error().os_error, EINVAL) << name;
  }
  EXPECT_EQ(tree.bytes_of("calls"), "");
}

TEST(Program, IsRunWithItsArgumentsAndNothingElse) {
  const Tree tree;
  tree.script("usr/bin/manage",
              "printf '%s|' \"$@\" > \"$(dirname \"$0\")/args\"\n"
              "env | grep -v -e PWD -e _= -e SHLVL | sort > \"$(dirname \"$0\")/env\"\n"
              "cat >> \"$(dirname \"$0\")/args\"\n");
  const auto door = tree.door();
  const Place place{.in = In::program, .path = "usr/bin/manage"};

  const auto ran = door->write(place, "-e 0000:3b:00.0 $(id) *", Blocking::can_hang, seconds(10));
  ASSERT_TRUE(ran) << to_string(ran.error());
  EXPECT_EQ(tree.bytes_of("usr/bin/args"), "-e|0000:3b:00.0|$(id)|*|");
  EXPECT_EQ(tree.bytes_of("usr/bin/env"),
            "LC_ALL=C\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n");
}

TEST(Program, TellsHowItFailed) {
  const Tree tree;
  tree.script("usr/bin/manage", "echo first >&2; echo 'GPU is busy' >&2; exit 7\n");
  tree.script("usr/bin/killed", "kill -9 $$\n");
  tree.file("usr/bin/text", "not executable");
  const auto door = tree.door();
  const auto run = [&door](const std::string& name) {
    return door
        ->write(
            {.in = In::program, .path = "usr/bin/" + name}, "x", Blocking::can_hang, seconds(10))
        .error();
  };

  EXPECT_EQ(run("manage").why, "ended with exit status 7: GPU is busy");
  EXPECT_EQ(run("manage").kind, ErrorKind::io);
  EXPECT_EQ(run("manage").value, "x");
  EXPECT_EQ(run("killed").why, "was ended by signal 9");
  EXPECT_EQ(run("text").os_error, EACCES);
  EXPECT_EQ(run("absent").os_error, ENOENT);
}

TEST(Program, ThatRunsPastItsLimitIsInFlight) {
  const Tree tree;
  const auto fifo = tree.fifo("fifo");
  tree.script("usr/bin/manage", "cat \"$(dirname \"$0\")/../../fifo\" > /dev/null\n");
  auto door = tree.door();
  const auto ran = door->write(
      {.in = In::program, .path = "usr/bin/manage"}, "x", Blocking::can_hang, milliseconds(500));
  EXPECT_EQ(ran.error().kind, ErrorKind::in_flight);
  std::ofstream(fifo) << "go";  // waits for `cat`, if it has not begun yet
  door.reset();
  EXPECT_TRUE(eventually([] { return !has_children(); }));
}

TEST(Program, IsNotFoundOutsideOfTheTree) {
  const Tree tree;
  tree.link("usr/bin/escape", "/bin/true");
  tree.link("usr/bin/up", "../../../../../../../../bin/true");
  const auto door = tree.door();
  for (const char* name : {"escape", "up"}) {
    const auto ran = door->write({.in = In::program, .path = std::string("usr/bin/") + name},
                                 "",
                                 Blocking::can_hang,
                                 seconds(10));
    EXPECT_EQ(ran.error().os_error, ENOENT) << name;
  }
}

}  // namespace
}  // namespace vfmgr::test::of_module
