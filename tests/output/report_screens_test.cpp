// SPDX-License-Identifier: Apache-2.0
// What runs and checks end with, as people see it and as the journal has it.
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include "output/check_text.hpp"
#include "output/report_text.hpp"
#include "output/run_fields.hpp"
#include "output/support/views.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace vgpuctl {
namespace {

using testing::HasSubstr;
using testing::Not;

vfmgr::UnitReport ended(vfmgr::UnitPlan plan, vfmgr::Outcome result) {
  vfmgr::UnitReport unit{.plan = std::move(plan), .result = result};
  unit.steps.resize(unit.plan.steps.size());
  unit.duration_us = 1'400'000;
  return unit;
}

const Again teardown_again{.program = "vgpuctl", .spare = "teardown"};

TEST(ReportScreen, IsOneLineAGpuAndASentence) {
  vfmgr::Report report;
  report.units = {ended(unit_of(b60(4), b60(6)), vfmgr::Outcome::applied),
                  ended(unit_of(l40s(6), l40s(6)), vfmgr::Outcome::unchanged)};
  EXPECT_EQ(
      report_text(report, Run::apply, {}, true),
      "0000:03:00.0  Intel Arc Pro B60  6 VFs  ✓ verified  1.4 s\n"
      "0000:3b:00.0  NVIDIA L40S        6 VFs  unchanged\n"
      "Done: 1 changed, 1 unchanged. Not kept over a reboot; `apply FILE --persist` keeps it.\n");
  EXPECT_EQ(report_errors_text(report, Run::apply, teardown_again, {}), "");
}

TEST(AJournalEntry, SaysWhoChangedWhatFromWhereToWhere) {
  vfmgr::Report report;
  report.changed = true;
  report.plan = "5f0c";
  report.run = 7;
  report.units = {ended(unit_of(b60(4), b60(6)), vfmgr::Outcome::applied),
                  ended(unit_of(l40s(6), l40s(6)), vfmgr::Outcome::unchanged)};
  EXPECT_THAT(run_fields({.by = "ann", .what = "apply lab.toml"}, report),
              ::testing::UnorderedElementsAre("MESSAGE_ID=f5f320fc4dcd4b0e9bfce69021fbdf0a",
                                              "SYSLOG_IDENTIFIER=vgpuctl",
                                              "PRIORITY=6",
                                              "VGPUCTL_CODE=0",
                                              "VGPUCTL_WHAT=apply lab.toml",
                                              "VGPUCTL_BY=ann",
                                              "VGPUCTL_PLAN=5f0c",
                                              "VGPUCTL_RUN=7",
                                              "VGPUCTL_UNIT=0000:03:00.0 applied 4 6",
                                              "VGPUCTL_UNIT=0000:3b:00.0 unchanged",
                                              "MESSAGE=apply lab.toml: 1 GPU changed (run 7)"));
}

TEST(AJournalEntry, OfAFailureHasItsCause) {
  vfmgr::Report report;
  report.units = {ended(unit_of(b60(4), b60(6)), vfmgr::Outcome::rolled_back)};
  report.units[0].error = vfmgr::Error{.kind = vfmgr::ErrorKind::io, .why = "no\nluck"};
  const auto fields = run_fields({}, report);
  EXPECT_THAT(fields, ::testing::Contains("PRIORITY=3"));
  EXPECT_THAT(fields, ::testing::Contains("VGPUCTL_UNIT=0000:03:00.0 rolled_back"));
  EXPECT_THAT(fields, ::testing::Contains(::testing::HasSubstr("no\\x0aluck")));
}

TEST(AJournalEntry, IsNotMadeOfARunThatHadNothingToDo) {
  vfmgr::Report report;
  report.units = {ended(unit_of(l40s(6), l40s(6)), vfmgr::Outcome::unchanged)};
  EXPECT_THAT(run_fields({}, report), ::testing::IsEmpty());
}

TEST(ReportScreen, OfAWholeRefusalIsAnErrorAlone) {
  vfmgr::Report report;
  report.units = {ended(four_to_six().units[0], vfmgr::Outcome::refused),
                  ended(unit_of(l40s(6), l40s(0)), vfmgr::Outcome::skipped)};
  report.units[0].plan.blocked = {in_use(0, "build-7", 4711), in_use(2, "web-2", 5120)};
  EXPECT_TRUE(refused_whole(report));
  EXPECT_EQ(report_text(report, Run::teardown, {}, true), "");
  EXPECT_EQ(report_errors_text(report, Run::teardown, teardown_again, {}),
            "error: 2 VFs are in use; nothing was changed\n"
            "  0000:03:00.0 vf0 (0000:03:00.1)  VM \"build-7\"  qemu-system-x86, pid 4711\n"
            "  0000:03:00.0 vf2 (0000:03:00.3)  VM \"web-2\"    qemu-system-x86, pid 5120\n"
            "help: stop or migrate who uses them and run it again,\n"
            "      or do the others alone:  vgpuctl teardown 0000:3b:00.0\n");
}

TEST(ReportScreen, NamesWhatCouldNotBeTakenBack) {
  vfmgr::Report report;
  report.units = {ended(four_to_six().units[0], vfmgr::Outcome::failed)};
  report.units[0].error =
      vfmgr::Error{.os_error = 5, .subject = "sys:x/numvfs", .value = "6", .why = "I/O error"};
  report.units[0].not_restored = {{.gpu = {.bus = 3},
                                   .vf = {},
                                   .attribute = "vfs",
                                   .expected = std::uint64_t{4},
                                   .actual = std::uint64_t{0},
                                   .at = {},
                                   .cause = {}}};
  EXPECT_THAT(report_text(report, Run::apply, {}, true), HasSubstr("✗ failed, not all taken back"));
  EXPECT_EQ(report_errors_text(report, Run::apply, teardown_again, {}),
            "error: sys:x/numvfs: cannot write '6': I/O error\n"
            "  could not be taken back:\n"
            "    0000:03:00.0  vfs  was 4  is 0\n"
            "help: run `vgpuctl recover` next\n");
}

TEST(ReportScreen, OfRecoverIsHappyToHaveTakenBack) {
  vfmgr::Report report;
  EXPECT_EQ(report_text(report, Run::recover, {}, true),
            "Nothing to recover: no run was cut off.\n");
  report.units = {ended(unit_of(b60(0), b60(6)), vfmgr::Outcome::rolled_back)};
  EXPECT_EQ(report_text(report, Run::recover, {}, true),
            "0000:03:00.0  Intel Arc Pro B60  0 VFs  ✓ taken back, verified  1.4 s\nDone: 1 taken "
            "back.\n");
  EXPECT_EQ(report_errors_text(report, Run::recover, teardown_again, {}), "");
}

vfmgr::Difference difference(int vf,
                             const std::string& what,
                             vfmgr::Setting expected,
                             vfmgr::Setting actual) {
  return {.gpu = {.bus = 3},
          .vf = vfmgr::vf_at(vf),
          .attribute = what,
          .expected = std::move(expected),
          .actual = std::move(actual),
          .at = {},
          .cause = {}};
}

TEST(CheckScreen, NamesEachDifferenceAndWhatApplyWouldTouch) {
  using namespace std::string_literals;
  vfmgr::CheckReport report;
  report.differences = {difference(3, "exec_quantum", std::uint64_t{20'000}, std::uint64_t{35'000}),
                        difference(3, "driver", "vfio-pci"s, "none"s)};
  vfmgr::Plan plan;
  plan.units = {unit_of(b60(4), b60(4))};
  plan.units[0].steps.emplace_back(
      change("exec_quantum", 3, std::monostate{}, std::uint64_t{20'000}));
  EXPECT_EQ(check_text(report, &plan, {.program = "vgpuctl", .file = "lab.toml"}, {}),
            "0000:03:00.0  vf3  exec_quantum  expected 20 ms     is 35 ms\n"
            "0000:03:00.0  vf3  driver        expected vfio-pci  is none\n"
            "2 differences on 1 GPU. `vgpuctl apply lab.toml` would change only vf3.\n");
}

TEST(CheckScreen, FoldsSixtyFourVfsThatDifferAlike) {
  vfmgr::CheckReport report;
  for (int vf = 0; vf < 64; ++vf) {
    report.differences.push_back(
        difference(vf, "vram", std::uint64_t{1U << 30U}, std::uint64_t{1U << 20U}));
  }
  EXPECT_EQ(check_text(report, nullptr, {.program = "vgpuctl", .file = "lab.toml"}, {}),
            "0000:03:00.0  vf0 … vf63  vram  expected 1 GiB  is 1 MiB\n64 differences on 1 GPU.\n");
}

TEST(CheckScreen, OfAHostAsTheProfileSaysIsOneLine) {
  EXPECT_EQ(check_text({}, nullptr, {.program = "vgpuctl", .file = "lab.toml"}, {}),
            "In sync: the host is as lab.toml says.\n");
}

}  // namespace
}  // namespace vgpuctl
