// SPDX-License-Identifier: Apache-2.0
// `plan` as people see it, whole.
#include "vfmgr/inventory.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"

#include "output/plan_text.hpp"
#include "output/support/views.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace vgpuctl {
namespace {

using testing::HasSubstr;
using testing::Not;

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

}  // namespace
}  // namespace vgpuctl
