// SPDX-License-Identifier: Apache-2.0
// AMD's first gim: VFs that come with a module which is bound to nothing, memory that is dealt out
// by files that answer, and a file that another driver of the same name would destroy.
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/attr.hpp"
#include "kernel/kernel.hpp"
#include "sim/sim_kernel.hpp"
#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
#include <string>
#include <vector>

namespace vfmgr::test::of_amd_s7150 {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string head = "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nadopt = true\n";
const std::string sizes =
    "vfs = 3\nvram = \"2GiB\"\n[[gpu.vf]]\nindex = 1\nvram = \"1GiB\"\n[[gpu.vf]]\nindex = 2\n"
    "vram = \"3GiB\"\n";
const std::string conf = "etc:gim_config";
const std::string all_zero =
    "fb_option=0\nsched_option=0\nvf_num=0\npf_fb=0\nvf_fb=0\nsched_interval=0\n"
    "sched_interval_us=0\nfb_clear=0";

RunOptions with_reload() {
  RunOptions options;
  options.allow_driver_reload = true;
  return options;
}

void reach(const Lab& lab, const std::string& toml, const RunOptions& options = with_reload()) {
  const auto report = lab.apply(toml, options);
  ASSERT_TRUE(report) << to_string(report.error());
  ASSERT_EQ(exit_code(*report), ExitCode::ok)
      << to_string(report->units.front().error.value_or(Error{}));
}

Error refused(const Lab& lab, const std::string& toml) {
  const std::string before = lab.dump();
  const auto plan = lab.plan(toml, with_reload());
  EXPECT_FALSE(plan);
  EXPECT_TRUE(lab.dump() == before);
  return plan ? Error{} : plan.error();
}

/// Loads the module as somebody at the console does.
void load_by_hand(const Lab& lab, const std::string& arguments) {
  lab.by_hand("module:gim", "unload");
  lab.by_hand("module:gim", arguments.empty() ? "load" : "load " + arguments);
}

bool plans_nothing(const Lab& lab, const std::string& toml) {
  const auto plan = lab.plan(toml, with_reload());
  EXPECT_TRUE(plan) << to_string(plan.error());
  return plan &&
         std::ranges::all_of(plan->units, [](const UnitPlan& unit) { return unit.steps.empty(); });
}

std::string exported(const Lab& lab) {
  const auto text = lab.open().export_toml({});
  EXPECT_TRUE(text) << to_string(text.error());
  return text ? *text : std::string();
}

// Another program, which writes to gim's files and never reads what it is answered.
constexpr Attr kDeaf{
    .pattern = "bus/pci/devices/{gpu}/{name}", .name = "file", .source = "drv/gim_monitor.c"};
void write_and_go(const Lab& lab, const std::string& leaf, const std::string& bytes) {
  static constexpr std::array kDeafToo{kDeaf};
  static constexpr std::array<std::span<const Attr>, 1> kTables{kDeafToo};
  const auto door = sim::open_host_file(lab.file(), kTables).value();
  ASSERT_TRUE(door->write(parse_place(gpu_file(leaf)).value(), bytes, Blocking::never, {}));
}

TEST(S7150, MakesVfsOfAllItsGpusByALoadThatIsAllowed) {
  const Lab lab({"amd-s7150", "amd-s7150"});
  const std::string wish = head + "vfs = 4\n";
  const auto blocked = lab.apply(wish);
  ASSERT_TRUE(blocked) << to_string(blocked.error());
  EXPECT_EQ(exit_code(*blocked), ExitCode::not_permitted);
  reach(lab, wish);
  const auto checked = lab.check(wish);
  ASSERT_TRUE(checked) << to_string(checked.error());
  EXPECT_THAT(checked->differences, IsEmpty());
  EXPECT_TRUE(plans_nothing(lab, wish));
  EXPECT_TRUE(plans_nothing(lab, exported(lab)));
}

TEST(S7150, HasAllVfsWhereTheFileSaysZero) {
  const Lab lab({"amd-s7150"});
  EXPECT_EQ(lab.read(conf), all_zero);
  EXPECT_TRUE(plans_nothing(lab, head + "vfs = 16\n"));
  EXPECT_TRUE(plans_nothing(lab, head + "vfs = \"max\"\n"));
}

TEST(S7150, KeepsWhatElseItsFileSays) {
  const Lab lab({"amd-s7150"});
  lab.by_hand(conf, "pf_fb=512 fb_clear=1\nvf_num=99\nhang_detect_timeout=5\nvf_fb=4\n");
  reach(lab, head + "vfs = 2\n");
  EXPECT_EQ(lab.read(conf),
            "fb_option=0\nsched_option=0\nvf_num=2\npf_fb=512\nvf_fb=0\nsched_interval=0\n"
            "sched_interval_us=0\nfb_clear=1\nhang_detect_timeout=5\nvf_fb=4");
}

TEST(S7150, LeavesTheFileOfTheOtherGimAlone) {
  const Lab lab({"amd-s7150"});
  for (const std::string& text : {std::string("vf_num=8\naccelerator_partition_mode=8\n"),
                                  std::string("vf_num=8,4\n"),
                                  std::string("memory_partition_mode=1\n")}) {
    lab.by_hand(conf, text);
    const Error error = refused(lab, head + "vfs = 2\n");
    EXPECT_EQ(error.kind, ErrorKind::does_not_fit) << text;
    EXPECT_THAT(error.why, HasSubstr("it is the other gim's")) << text;
    EXPECT_EQ(error.subject, conf);
  }
  lab.by_hand(conf, "vf_num=1\n" + std::string(1000, 'x') + "\n");
  EXPECT_THAT(refused(lab, head + "vfs = 2\n").why, HasSubstr("longer than 1024 bytes"));
}

TEST(S7150, GivesEachVfItsMemoryWithoutALoad) {
  const Lab lab({"amd-s7150"});
  reach(lab, head + "vfs = 3\n");
  const std::string by_driver = lab.dump();
  const std::string wish = head + sizes;
  reach(lab, wish, {});
  const auto checked = lab.check(wish);
  ASSERT_TRUE(checked) << to_string(checked.error());
  EXPECT_THAT(checked->differences, IsEmpty());
  EXPECT_TRUE(plans_nothing(lab, wish));
  EXPECT_THAT(exported(lab), HasSubstr("vram = \"3GiB\""));
  EXPECT_TRUE(plans_nothing(lab, exported(lab)));
  // One behind the other, the last VF's first; 272 is where the VFs' memory begins.
  EXPECT_THAT(lab.read(gpu_file("getvf")), HasSubstr("0000:03:02.2"));
  // Back to what the load gave them.
  reach(lab, head + "vfs = 3\nvram = \"default\"\n", {});
  EXPECT_TRUE(plans_nothing(lab, head + "vfs = 3\nvram = \"default\"\n"));
  EXPECT_TRUE(lab.dump() == by_driver);
}

TEST(S7150, RefusesWhatCannotBeGiven) {
  const Lab lab({"amd-s7150"});
  const Error some = refused(lab, head + "vfs = 2\n[[gpu.vf]]\nindex = 1\nvram = \"1GiB\"\n");
  EXPECT_THAT(some.why, HasSubstr("to all VFs of a GPU or to none"));
  EXPECT_EQ(some.spot.value_or(Spot{}).line, 8U);
  EXPECT_THAT(refused(lab, head + "vfs = 2\nvram = \"1000MiB\"\n").why,
              HasSubstr("steps of 16MiB"));
  const Error much = refused(lab, head + "vfs = 4\nvram = \"2GiB\"\n");
  EXPECT_THAT(much.why, HasSubstr("4 VFs want 8GiB"));
  EXPECT_THAT(much.help, HasSubstr("1968MiB each"));
  EXPECT_THAT(to_string(refused(lab, head + "vfs = 2\nvram = \"128MiB\"\n")), HasSubstr("256MiB"));
}

TEST(S7150, WaitsForALockThatSomebodyLeft) {
  const Lab lab({"amd-s7150"});
  reach(lab, head + "vfs = 3\n");
  write_and_go(lab, "getvf", "nothing that it knows");
  const Milliseconds begin = lab.door()->now();
  reach(lab, head + sizes, {});
  EXPECT_GE(lab.door()->now() - begin, Milliseconds(4000));
}

TEST(S7150, TellsInTheDriversWordsWhatItDidNotDo) {
  const Lab lab({"amd-s7150"});
  reach(lab, head + "vfs = 3\n");
  // Somebody gives VFs out the other way, which shows in no register.
  lab.by_hand(gpu_file("getvf"), "0 0 0");
  const std::string before = lab.dump();
  const auto report = lab.apply(head + sizes);
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::failed);
  const Error error = report->units.front().error.value_or(Error{});
  EXPECT_EQ(error.os_error, EBUSY);
  EXPECT_THAT(error.why, HasSubstr("should be managed with three zero inputs"));
  EXPECT_TRUE(lab.dump() == before);
}

TEST(S7150, GivesOutAnewWhatSomebodyGaveOutElsewhere) {
  const Lab lab({"amd-s7150"});
  reach(lab, head + "vfs = 3\n");
  lab.by_hand(gpu_file("getvf"), "4096 1024 4");
  reach(lab, head + sizes, {});
  EXPECT_TRUE(plans_nothing(lab, head + sizes));
}

TEST(S7150, KeepsWhereMemoryLiesThatSomebodyGaveOut) {
  const Lab lab({"amd-s7150"});
  reach(lab, head + "vfs = 2\n");
  lab.by_hand(gpu_file("getvf"), "4096 1024 2");
  lab.by_hand(gpu_file("getvf"), "512 2048 2");
  const std::string before = lab.dump();
  EXPECT_TRUE(plans_nothing(lab, exported(lab)));
  // A failing change goes back to just there.
  lab.fault(gpu_file("getvf"), EIO, 2);
  const auto report = lab.apply(head + "vfs = 2\nvram = \"3GiB\"\n");
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::failed);
  EXPECT_TRUE(lab.dump() == before);
}

TEST(S7150, TakesNothingFromUnderAVm) {
  const Lab lab({"amd-s7150"});
  reach(lab, head + "vfs = 3\n");
  lab.hold("0000:03:00.0/2");
  const std::string before = lab.dump();
  for (const std::string& wish : {sizes, std::string("vfs = 4\n")}) {
    const auto report = lab.apply(head + wish, with_reload());
    ASSERT_TRUE(report) << to_string(report.error());
    EXPECT_EQ(exit_code(*report), ExitCode::refused);
  }
  EXPECT_TRUE(lab.dump() == before);
}

TEST(S7150, KnowsARoundedLoadForTheDriversOwnAndTakesNothingBackThatWouldLieOverOthers) {
  const Lab lab({"amd-s7150"});
  for (const std::string& vf_fb : {std::string("1000"), std::string("3008")}) {
    load_by_hand(lab, "vf_num=4 vf_fb=" + vf_fb);
    EXPECT_THAT(exported(lab), Not(HasSubstr("\nvram"))) << vf_fb;
    const Error error = refused(lab, head + "vfs = 4\nvram = \"1GiB\"\n");
    EXPECT_THAT(error.why, HasSubstr("vf_fb=" + vf_fb));
  }
}

TEST(S7150, HasItsCountAndNotItsMemoryAfterAReboot) {
  const Lab lab({"amd-s7150"});
  reach(lab, head + sizes);
  load_by_hand(lab, "");
  const auto checked = lab.check(head + sizes);
  ASSERT_TRUE(checked) << to_string(checked.error());
  ASSERT_FALSE(checked->differences.empty());
  EXPECT_TRUE(std::ranges::any_of(checked->differences, [](const Difference& difference) {
    return difference.attribute == "vram";
  }));
  EXPECT_TRUE(std::ranges::none_of(checked->differences, [](const Difference& difference) {
    return difference.attribute == "vfs";
  }));
  reach(lab, head + sizes, {});
  EXPECT_TRUE(plans_nothing(lab, head + sizes));
}

TEST(S7150, HasAsManyVfsOnEachGpu) {
  const Lab lab({"amd-s7150", "amd-s7150"});
  const auto wish = [](const std::string& first, const std::string& second) {
    return "schema = 1\n[[gpu]]\nmatch = { address = \"0000:03:00.0\" }\nadopt = true\nvfs = " +
           first +
           "\n[[gpu]]\nmatch = { address = \"0000:04:00.0\" }\nadopt = true\nvfs = " + second +
           "\n";
  };
  const Error other = refused(lab, wish("2", "4"));
  EXPECT_EQ(other.spot.value_or(Spot{}).line, 9U);
  EXPECT_THAT(other.why, HasSubstr("as many VFs on each"));
  EXPECT_THAT(refused(lab, wish("2", "0")).help, HasSubstr("take all VFs away"));
  const Error unnamed = refused(
      lab, "schema = 1\n[[gpu]]\nmatch = { address = \"0000:03:00.0\" }\nadopt = true\nvfs = 2\n");
  EXPECT_EQ(unnamed.subject, "0000:04:00.0");
  reach(lab, wish("0", "0"));
  EXPECT_EQ(lab.read("module:gim"), "errno 2");
  // From none, with sizes in one go.
  reach(lab, head + sizes);
  EXPECT_TRUE(plans_nothing(lab, head + sizes));
}

TEST(S7150, IsNotTakenFromAnotherDriver) {
  const Lab lab({"amd-s7150"});
  reach(lab, head + "vfs = 0\n");
  lab.by_hand(gpu_file("driver_override"), "vfio-pci");
  lab.by_hand("module:vfio-pci", "load");
  lab.by_hand("sys:bus/pci/drivers_probe", "0000:03:00.0");
  const Error error = refused(lab, head + "vfs = 2\n");
  EXPECT_THAT(error.why, HasSubstr("vfio-pci has it"));
  EXPECT_EQ(error.kind, ErrorKind::unsupported);
}

TEST(S7150, IsOneOfEightAtMost) {
  const Lab lab(std::vector<std::string>(9, "amd-s7150"));
  const Error error = refused(lab, head + "vfs = 1\n");
  EXPECT_THAT(to_string(error), HasSubstr("gim takes 8 GPUs"));
}

}  // namespace
}  // namespace vfmgr::test::of_amd_s7150
