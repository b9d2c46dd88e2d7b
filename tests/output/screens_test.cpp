// SPDX-License-Identifier: Apache-2.0
// The screens that people see, whole.
#include "vfmgr/inventory.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include "output/check_text.hpp"
#include "output/list_text.hpp"
#include "output/plan_text.hpp"
#include "output/report_text.hpp"
#include "output/run_fields.hpp"
#include "output/show_text.hpp"
#include "output/support/views.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace vgpuctl {
namespace {

using testing::HasSubstr;
using testing::Not;

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

TEST(List, IsOneLineAGpu) {
  EXPECT_EQ(list_text({.gpus = {b60(4), l40s(32)}}, {}),
            "ADDRESS       GPU                DRIVER  BACKEND   VFS                 VRAM     NUMA\n"
            "0000:03:00.0  Intel Arc Pro B60  xe      intel-xe  4 of 24   █░░░░░░░  24 GiB   0\n"
            "0000:3b:00.0  NVIDIA L40S        nvidia  generic   32 of 32  ████████  unknown  -\n");
}

TEST(List, ShowsOneBlockAsSoonAsThereIsOneVf) {
  EXPECT_THAT(list_text({.gpus = {b60(0)}}, {}), HasSubstr("░░░░░░░░"));
  EXPECT_THAT(list_text({.gpus = {b60(1)}}, {}), HasSubstr("█░░░░░░░"));
  EXPECT_THAT(list_text({.gpus = {b60(23)}}, {}), HasSubstr("███████░"));
}

TEST(List, SaysWhatKeepsAGpuFromBeingCutUp) {
  vfmgr::GpuView gpu = l40s(0);
  gpu.findings.push_back({.what = "its driver makes no VFs this way", .help = "bind another"});
  EXPECT_THAT(list_text({.gpus = {b60(0), gpu}}, {}),
              HasSubstr("\n\n0000:3b:00.0  note: its driver makes no VFs this way\n"
                        "              bind another\n"));
}

TEST(List, HasKindWordsWhereThereIsNothingToManage) {
  EXPECT_EQ(list_text({}, {}),
            "No SR-IOV GPU here.\n"
            "Try it:  vgpuctl sim create lab.vfhost --gpu intel-b60 --gpu nvidia-l40s && "
            "vgpuctl --sim lab.vfhost list\n");
  vfmgr::GpuView gpu;
  gpu.gpu.address = {.device = 2};
  gpu.gpu.vendor = "Intel Corporation";
  gpu.gpu.model = "UHD 770";
  gpu.gpu.driver = "i915";
  gpu.findings.push_back({.what = "it has no SR-IOV capability", .help = {}});
  const std::string text = list_text({.gpus = {gpu}}, {});
  EXPECT_THAT(text,
              HasSubstr("No SR-IOV GPU here. 1 GPU without SR-IOV:\n"
                        "  0000:00:02.0  Intel UHD 770 (i915)\n"
                        "    it has no SR-IOV capability\n"
                        "Try it:  "));
  EXPECT_THAT(list_text({.simulated = true, .gpus = {gpu}}, {}), Not(HasSubstr("Try it")));
}

TEST(List, TellsAGpuThatCouldFromOneWithoutSriov) {
  vfmgr::GpuView gpu = l40s(0);
  gpu.backend = "";
  gpu.makes_vfs = false;
  gpu.findings.push_back({.what = "driver nouveau makes no VFs", .help = "bind another"});
  EXPECT_THAT(
      list_text({.simulated = true, .gpus = {gpu}}, {}),
      testing::Eq("No GPU here can be cut up as it is. 1 GPU with what keeps it from that:\n"
                  "  0000:3b:00.0  NVIDIA L40S (nvidia)\n"
                  "    driver nouveau makes no VFs; bind another\n"));
}

TEST(ListOfVfs, IsOneLineAVfWithItsAttributesAndUsers) {
  vfmgr::GpuView gpu = b60(2);
  gpu.vfs[0].in_use = true;
  gpu.vfs[0].holders.push_back(
      {.pid = 1, .command = {}, .vm = "web-2", .container = {}, .node = {}});
  gpu.vfs[1].driver.reset();
  gpu.vfs[1].in_use = false;
  EXPECT_EQ(list_vfs_text({.gpus = {gpu}}, {}),
            "ADDRESS       GPU, VF            DRIVER    GROUP  IN USE       VRAM   EXEC_QUANTUM\n"
            "0000:03:00.0  Intel Arc Pro B60  xe        17     2 of 24 VFs\n"
            "0000:03:00.1    vf0              vfio-pci  42     web-2        4 GiB  20 ms\n"
            "0000:03:00.2    vf1              none      43     no           4 GiB  20 ms\n");
}

TEST(Show, FoldsVfsThatAreAlike) {
  vfmgr::GpuView gpu = b60(24);
  gpu.vfs[3].attributes["exec_quantum"] = std::uint64_t{35'000};
  const std::string text = show_text({.gpus = {gpu}}, {});
  EXPECT_THAT(text, HasSubstr("0000:03:00.0  Intel Arc Pro B60  24 of 24 VFs on\n"));
  EXPECT_THAT(text, HasSubstr("    exec_quantum  each VF  1 ms to 100 s  the driver\n"));
  EXPECT_THAT(
      text,
      HasSubstr(
          "\n  vf0 … vf2   0000:03:00.1 … 03:00.3  vfio-pci  42 … 44  unknown  4 GiB  20 ms\n"));
  EXPECT_THAT(
      text,
      HasSubstr(
          "\n  vf3         0000:03:00.4            vfio-pci  45       unknown  4 GiB  35 ms\n"));
  EXPECT_THAT(text, HasSubstr("\n  vf4 … vf23  "));
  EXPECT_LT(lines(text), 16);
}

TEST(Show, TellsWhereARangeWasReadWhole) {
  vfmgr::GpuView gpu = b60(0);
  gpu.offers = {
      {.name = "vram",
       .least = {},
       .most = {},
       .read_from = "sys:bus/pci/devices/0000:03:00.0/sriov_admin/vf1/profile/vram_quota"}};
  EXPECT_THAT(show_text({.gpus = {gpu}}, {.width = 120}),
              HasSubstr("    vram  each VF  range unknown  sys:bus/pci/devices/0000:03:00.0/"
                        "sriov_admin/vf1/profile/vram_quota\n"));
  EXPECT_THAT(show_text({.gpus = {gpu}}, {.width = 80}),
              HasSubstr("    vram  each VF  range unknown\n"
                        "      from sys:bus/pci/devices/0000:03:00.0/sriov_admin/vf1/profile/"
                        "vram_quota\n"));
}

TEST(Show, BreaksNotesAtTheTerminalsWidth) {
  vfmgr::GpuView gpu = b60(0);
  gpu.findings.push_back({.what = "its driver makes no VFs this way", .help = "bind another"});
  EXPECT_THAT(show_text({.gpus = {gpu}}, {.width = 36}),
              HasSubstr("  note    its driver makes no VFs\n          this way\n"
                        "          bind another\n"));
  EXPECT_THAT(list_text({.gpus = {gpu}}, {.width = 44}),
              HasSubstr("\n0000:03:00.0  note: its driver makes no VFs\n              this way\n"));
}

TEST(PlanScreen, SaysWhatHappensToWhomInWhichOrderAndWhatItCosts) {
  EXPECT_EQ(
      plan_text(four_to_six(), {}, false),
      "0000:03:00.0  Intel Arc Pro B60  4 → 6 VFs, replaces all of them\n"
      "  - vf0 … vf3  driver  vfio-pci → none\n"
      "  - vfs        4 → 0                    about 1.0 s (the kernel's own wait)\n"
      "  ~ vf0 … vf5  vram    4 GiB → 3.5 GiB  lab.toml:9\n"
      "  + vfs        0 → 6                    lab.toml:8\n"
      "  ~ vf0 … vf5  driver  none → vfio-pci\n"
      "0000:3b:00.0  NVIDIA L40S        nothing to do\n"
      "\n"
      "1 GPU changes: 6 VFs made, 4 removed; about 1.7 s. Nobody uses what goes. Nothing would "
      "be lost.\n"
      "1 write on the way that only serves these: -v shows it.\n");
}

TEST(PlanScreen, ShowsEveryWriteWhenAsked) {
  const std::string text = plan_text(four_to_six(), {}, true);
  EXPECT_THAT(text, HasSubstr("  ~ GPU        autoprobe  1 → 0\n"));
  EXPECT_THAT(text, Not(HasSubstr("-v shows")));
}

TEST(PlanScreen, NamesWhoIsInTheWayAndClaimsNothingElse) {
  vfmgr::Plan plan = four_to_six();
  plan.units[0].blocked = {in_use(0, "build-7", 4711), in_use(2, "web-2", 5120)};
  const std::string text = plan_text(plan, {}, false);
  EXPECT_THAT(
      text,
      HasSubstr("refused: 2 VFs are in use\n"
                "  0000:03:00.0 vf0 (0000:03:00.1)  VM \"build-7\"  qemu-system-x86, pid 4711\n"
                "  0000:03:00.0 vf2 (0000:03:00.3)  VM \"web-2\"    qemu-system-x86, pid 5120\n"));
  EXPECT_THAT(text, Not(HasSubstr("Nobody uses")));
  EXPECT_THAT(text, Not(HasSubstr("Nothing would be lost")));
}

TEST(PlanScreen, NamesEachDangerThatIsNotPermittedAndHowToPermitIt) {
  vfmgr::Plan plan = four_to_six();
  for (const std::string option :
       {"--allow-driver-reload", "--allow-reset", "--allow-register-writes"}) {
    plan.units[0].blocked.push_back({.error = {.kind = vfmgr::ErrorKind::not_permitted,
                                               .subject = "module:gim",
                                               .why = "what " + option + " allows",
                                               .help = "give " + option},
                                     .gpu = plan.units[0].unit.gpus.front().address,
                                     .vf = {},
                                     .holders = {}});
  }
  EXPECT_THAT(plan_text(plan, {}, false),
              HasSubstr("refused: not permitted\n"
                        "  0000:03:00.0  what --allow-driver-reload allows\n"
                        "  0000:03:00.0  what --allow-reset allows\n"
                        "  0000:03:00.0  what --allow-register-writes allows\n"
                        "help: give --allow-driver-reload;\n"
                        "      give --allow-reset;\n"
                        "      give --allow-register-writes\n"));
  // Users come first, and are not all there is to do.
  plan.units[0].blocked.push_back(in_use(0, "build-7", 4711));
  EXPECT_THAT(plan_text(plan, {}, false),
              HasSubstr("help: stop or migrate who uses them and run it again;\n"
                        "      give --allow-driver-reload;\n"));
}

TEST(PlanScreen, ShowsWhatAGpuIsSetToWithoutAStepOfItsOwn) {
  vfmgr::Plan plan = four_to_six();
  plan.units[0].view_before[0].attributes["compute_partition"] = std::string("SPX");
  plan.units[0].view_after[0].attributes["compute_partition"] = std::string("CPX");
  EXPECT_THAT(plan_text(plan, {}, false),
              HasSubstr("  ~ GPU        compute_partition  SPX → CPX\n"));
  // Of what is not known beforehand, or is the driver's choice, nothing can be said.
  plan.units[0].view_after[0].attributes["compute_partition"] = vfmgr::DriverDefault{};
  EXPECT_THAT(plan_text(plan, {}, false), Not(HasSubstr("compute_partition")));
}

TEST(PlanScreen, NamesWhatWouldBeLost) {
  vfmgr::Plan plan = four_to_six();
  for (int vf = 0; vf < 5; ++vf) {
    plan.units[0].lost.push_back(
        {.at = {.path = "a/vf" + std::to_string(vf)}, .why = "it ends with the VF"});
  }
  const std::string text = plan_text(plan, {}, false);
  EXPECT_THAT(text,
              HasSubstr("lost: it ends with the VF\n  sys:a/vf0\n  sys:a/vf1\n  sys:a/vf2\n"
                        "  and 2 more; --json names them all\n"));
  EXPECT_THAT(text, Not(HasSubstr("Nothing would be lost")));
}

TEST(PlanScreen, NamesVfsThatLoseSomethingByTheirNames) {
  vfmgr::Plan plan = four_to_six();
  for (unsigned vf = 0; vf < 4; ++vf) {
    plan.units[0].lost.push_back(
        {.at = {.path = "bus/pci/devices/0000:03:00.0/virtfn" + std::to_string(vf)},
         .why = "it ends with the VF"});
  }
  EXPECT_THAT(plan_text(plan, {}, false),
              HasSubstr("lost: it ends with the VF\n  0000:03:00.0 vf0 … vf3\n"));
}

TEST(PlanScreen, SaysWhomItAffectsBesideTheVfs) {
  vfmgr::Plan plan = four_to_six();
  EXPECT_THAT(plan_text(plan, {}, false), Not(HasSubstr("affects:")));
  plan.units[0].disruption = vfmgr::Disruption::gpu;
  EXPECT_THAT(plan_text(plan, {}, false),
              HasSubstr("replaces all of them\n  affects: the GPU as a whole: whoever uses it is "
                        "without it meanwhile\n"));
  plan.units[0].disruption = vfmgr::Disruption::driver;
  EXPECT_THAT(plan_text(plan, {}, false), HasSubstr("\n  affects: every GPU on this driver\n"));
}

TEST(PlanScreen, KeepsTheSourcesOnANarrowTerminal) {
  const std::string text = plan_text(four_to_six(), {.width = 64}, false);
  EXPECT_THAT(text, HasSubstr("→ 3.5 GiB  lab.toml:9\n"));
  EXPECT_THAT(text, HasSubstr("  about 1.0 s\n"));
}

TEST(PlanScreen, FoldsValuesThatDifferBeforehand) {
  vfmgr::Plan plan;
  plan.units = {unit_of(b60(6), b60(6))};
  plan.units[0].action = vfmgr::Action::update;
  for (int vf = 0; vf < 6; ++vf) {
    plan.units[0].steps.emplace_back(change("exec_quantum",
                                            vf,
                                            std::uint64_t{1'000} * static_cast<unsigned>(vf),
                                            std::uint64_t{50'000}));
  }
  EXPECT_THAT(plan_text(plan, {}, false),
              HasSubstr("0000:03:00.0  Intel Arc Pro B60  changes only vf0 … vf5\n"
                        "  ~ vf0 … vf5  exec_quantum  various → 50 ms\n"));
}

TEST(PlanScreen, NotesWhatItBringsAboutAndNotWhatWasSoBefore) {
  vfmgr::Plan plan = four_to_six();
  const vfmgr::Finding old{.what = "its driver is old", .help = {}};
  plan.units[0].view_before[0].findings = {old};
  plan.units[0].view_after[0].findings = {
      old, {.what = "with 6 VFs a VF shows less than it has", .help = "make 3"}};
  const std::string text = plan_text(plan, {}, false);
  EXPECT_THAT(text,
              HasSubstr("driver  none → vfio-pci\n"
                        "  note: with 6 VFs a VF shows less than it has\n"
                        "        make 3\n"
                        "0000:3b:00.0"));
  EXPECT_THAT(text, Not(HasSubstr("is old")));
  plan.units[0].steps.clear();
  EXPECT_THAT(plan_text(plan, {}, false), Not(HasSubstr("shows less")));
}

TEST(PlanScreen, TellsTheReasonBesideTheSourceWhenAsked) {
  vfmgr::Plan plan = four_to_six();
  plan.units = {unit_of(b60(2), b60(2))};
  vfmgr::Change one =
      change("vram", 0, std::uint64_t{1} << 30U, std::uint64_t{2} << 30U, "lab.toml:9:3");
  one.reason = "the driver gives out nothing by itself";
  plan.units[0].steps = {one};
  EXPECT_THAT(plan_text(plan, {}, true),
              HasSubstr("lab.toml:9, the driver gives out nothing by itself\n"));
  EXPECT_THAT(plan_text(plan, {}, false), Not(HasSubstr("by itself")));
}

TEST(PlanScreen, OfAHostAsItShouldBeSaysSo) {
  vfmgr::Plan plan;
  plan.units = {unit_of(b60(4), b60(4))};
  EXPECT_EQ(plan_text(plan, {}, false),
            "0000:03:00.0  Intel Arc Pro B60  nothing to do\n\nNothing to do: the host is as it "
            "should be.\n");
}

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
