// SPDX-License-Identifier: Apache-2.0
// gim's count of VFs changed while it runs, and where that would be wrong.
#include "vfmgr/inventory.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "backends/backend.hpp"
#include "core/settings.hpp"
#include "kernel/errors.hpp"
#include "kernel/kernel.hpp"
#include "support/forwarding.hpp"
#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <ios>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

namespace vfmgr::test::of_amd_run_time {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

const std::string head = "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nadopt = true\n";
const std::string at_run_time = "amdsmi:0000:03:00.0/num_vf";

std::string vfs(int count) {
  return head + "vfs = " + std::to_string(count) + "\n";
}

RunOptions with_reload() {
  RunOptions options;
  options.allow_driver_reload = true;
  return options;
}

std::string count_of(const Lab& lab, const std::string& gpu = "0000:03:00.0") {
  return lab.read("sys:bus/pci/devices/" + gpu + "/sriov_numvfs");
}

/// The host has no library of AMD's.
void take_library(const Lab& lab) {
  std::ostringstream kept;
  {
    std::ifstream in(lab.file());
    for (std::string line; std::getline(in, line);) {
      if (line.find("amdsmi") == std::string::npos) {
        kept << line << '\n';
      }
    }
  }
  std::ofstream(lab.file(), std::ios::trunc) << kept.str();
}

std::vector<std::string> places_of(const UnitPlan& plan) {
  std::vector<std::string> places;
  for (const Step& step : plan.steps) {
    if (const auto* const change = std::get_if<Change>(&step)) {
      places.push_back(to_string(change->to));
    }
  }
  return places;
}

TEST(GimAtRunTime, ChangesTheCountOfOneGpuAloneAndAsksForNoReload) {
  Lab lab({"amd-v710-gim", "amd-v710-gim"});
  lab.reach("schema = 1\n[[gpu]]\nmatch = { address = \"0000:04:00.0\" }\nadopt = true\nvfs = 4\n");
  EXPECT_EQ(count_of(lab), "1");
  EXPECT_EQ(count_of(lab, "0000:04:00.0"), "4");
  const auto written = lab.writes();
  EXPECT_THAT(written, Contains("amdsmi:0000:04:00.0/num_vf = 4"));
  EXPECT_THAT(written, Not(Contains(StartsWith("module:gim"))));
  EXPECT_THAT(written, Not(Contains(HasSubstr("0000:03:00.0"))));
}

TEST(GimAtRunTime, IsWhatAReloadGives) {
  const Lab lab({"amd-v710-gim", "amd-v710-gim"});
  lab.reach("schema = 1\n[[gpu]]\nmatch = { address = \"0000:04:00.0\" }\nadopt = true\nvfs = 4\n");
  EXPECT_THAT(lab.read("etc:gim_config"), StartsWith("vf_num=1,4\n"));
  lab.by_hand("module:gim", "unload");
  lab.by_hand("module:gim", "load");
  EXPECT_EQ(count_of(lab), "1");
  EXPECT_EQ(count_of(lab, "0000:04:00.0"), "4");
}

TEST(GimAtRunTime, IsAReloadWhereThereIsNoLibrary) {
  const Lab lab({"amd-v710-gim"});
  take_library(lab);
  ASSERT_EQ(lab.read(at_run_time), "errno " + std::to_string(ENOENT));
  const auto plan = lab.plan(vfs(4));
  ASSERT_TRUE(plan) << to_string(plan.error());
  EXPECT_THAT(places_of(plan->units.front()),
              AllOf(Contains("module:gim"), Not(Contains(at_run_time))));
  ASSERT_EQ(plan->units.front().blocked.size(), 1U);
  EXPECT_THAT(plan->units.front().blocked.front().error.help, HasSubstr("--allow-driver-reload"));
}

/// A host where the library of that name is another one.
class WithRocm : public Forwarding {
 public:
  using Forwarding::Forwarding;
  [[nodiscard]] Result<std::string> read(const Place& place) const override {
    return place.in == In::amdsmi ? fail(kernel_error(place, ELIBBAD)) : Forwarding::read(place);
  }
};

TEST(GimAtRunTime, IsAReloadWhereTheLibraryIsRocms) {
  const Lab lab({"amd-v710-gim"});
  const auto inventory = lab.open().inventory({}, Detail::whole);
  ASSERT_TRUE(inventory) << to_string(inventory.error());
  const Gpu gpu = inventory->gpus.front().gpu;
  const auto backends = shipped_backends();
  const auto found = std::ranges::find(backends, "amd-gim", &Backend::name);
  ASSERT_NE(found, backends.end());
  const Backend& backend = **found;
  const Unit unit{.gpus = {gpu}, .why_together = {}};
  const auto kernel = lab.door();
  const auto plan_on = [&](const Kernel& seen) {
    const State now = backend.probe(seen, unit, Depth::whole);
    const std::vector<Desired> desired{{.gpu = gpu.address, .vfs = 4}};
    const State target = backend.complete(unit, now, desired);
    return backend.lower(unit, now, target);
  };
  EXPECT_THAT(places_of(plan_on(*kernel)), Contains(at_run_time));
  const UnitPlan plan = plan_on(WithRocm(*kernel));
  EXPECT_THAT(places_of(plan), AllOf(Contains("module:gim"), Not(Contains(at_run_time))));
  for (const Step& step : plan.steps) {
    const auto* const change = std::get_if<Change>(&step);
    for (const Effect& effect : change != nullptr ? change->effects : std::vector<Effect>{}) {
      EXPECT_NE(effect.at.in, In::amdsmi) << "it is not waited for what can't be read";
    }
  }
}

TEST(GimAtRunTime, IsALoadWhereTheDriverIsNotLoaded) {
  const Lab lab({"amd-v710-gim"});
  ASSERT_TRUE(lab.apply(vfs(0), with_reload()));
  ASSERT_EQ(lab.read("module:gim"), "errno " + std::to_string(ENOENT));
  lab.reach(vfs(4));
  EXPECT_EQ(lab.read("module:gim"), "loaded vf_num=4");
  EXPECT_EQ(lab.read(at_run_time), "4");
}

TEST(GimAtRunTime, IsNoWayToNoVfs) {
  const Lab lab({"amd-v710-gim"});
  EXPECT_FALSE(lab.tries(at_run_time, "0"));
  const auto plan = lab.plan(vfs(0));
  ASSERT_TRUE(plan) << to_string(plan.error());
  EXPECT_THAT(places_of(plan->units.front()),
              AllOf(Contains("module:gim"), Not(Contains(at_run_time))));
}

TEST(GimAtRunTime, WritesNothingWhereTheCountIsRight) {
  // The same count once more would deal memory and time out anew.
  Lab lab({"amd-v710-gim"});
  lab.reach(vfs(4));
  static_cast<void>(lab.writes());
  lab.reach(vfs(4));
  EXPECT_THAT(lab.writes(), IsEmpty());
}

TEST(GimAtRunTime, RefusesMoreThanThereCanBe) {
  const Lab lab({"amd-v710-gim"});
  const auto plan = lab.plan(vfs(13));
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().kind, ErrorKind::does_not_fit) << to_string(plan.error());
}

TEST(GimAtRunTime, TakesNoVfFromUnderAVmAndLeavesThatOfAnotherGpu) {
  const Lab lab({"amd-v710-gim", "amd-v710-gim"});
  lab.reach(head + "vfs = 2\nvf_driver = \"vfio-pci\"\n");
  lab.hold("0000:04:00.0/1");
  const std::string other =
      "schema = 1\n[[gpu]]\nmatch = { address = \"0000:04:00.0\" }\nvfs = 3\n";
  const std::string before = lab.dump();
  const auto report = lab.apply(other);
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::refused);
  EXPECT_TRUE(lab.dump() == before);
  // A reload would have to wait for that VM; this does not.
  lab.reach("schema = 1\n[[gpu]]\nmatch = { address = \"0000:03:00.0\" }\nvfs = 3\n");
  EXPECT_EQ(count_of(lab), "3");
  EXPECT_EQ(count_of(lab, "0000:04:00.0"), "2");
}

TEST(GimAtRunTime, ThatIsBusySaysSoAndLeavesTheHostAsItWas) {
  const Lab lab({"amd-v710-gim"});
  lab.reach(vfs(2));
  const std::string before = lab.dump();
  lab.fault(at_run_time, EBUSY);
  const auto report = lab.apply(vfs(4));
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::failed);
  EXPECT_THAT(to_string(report->units.front().error.value_or(Error{})),
              HasSubstr("stop the VM that uses the VF"));
  EXPECT_TRUE(lab.dump() == before);
}

TEST(GimAtRunTime, LeavesTheFileWhereTheCountWasAsWished) {
  // Somebody's own tool gave it 4; nobody asked what the file is to say.
  Lab lab({"amd-v710-gim"});
  lab.by_hand(at_run_time, "4");
  static_cast<void>(lab.writes());
  lab.reach(vfs(4));
  EXPECT_THAT(lab.writes(), IsEmpty());
  EXPECT_THAT(lab.read("etc:gim_config"), StartsWith("vf_num=1\n"));
  lab.reach(vfs(6));
  EXPECT_THAT(lab.read("etc:gim_config"), StartsWith("vf_num=6\n"));
}

TEST(GimAtRunTime, GivesBackACountThatFileAndParameterDoNotHave) {
  Lab lab({"amd-v710-gim"});
  ASSERT_TRUE(lab.apply(vfs(0), with_reload()));
  lab.reach(vfs(2));
  lab.by_hand(at_run_time, "8");
  const std::string file = lab.read("etc:gim_config");
  ASSERT_EQ(lab.read("module:gim"), "loaded vf_num=2");
  // A count with memory is a reload. The memory is refused then, and all of it goes back.
  const std::string wish = head + "vfs = 3\nvram = \"4GiB\"\n";
  lab.fault("debug:gim/0000:03:00.0/asymmetric_fb", EFAULT);
  static_cast<void>(lab.writes());
  const auto report = lab.apply(wish, with_reload());
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::failed)
      << to_string(report->units.front().error.value_or(Error{}));
  EXPECT_EQ(count_of(lab), "8");
  EXPECT_EQ(lab.read("module:gim"), "loaded vf_num=2");
  EXPECT_EQ(lab.read("etc:gim_config"), file);
  EXPECT_THAT(lab.writes(), Contains(at_run_time + " = 8"));
}

TEST(GimAtRunTime, IsAReloadWhereMemoryIsNamed) {
  // What the driver had for VFs that go stays on its list of memory, and in the way.
  const Lab lab({"amd-v710-gim"});
  lab.reach(vfs(12));
  const std::string wish =
      head + "vfs = 3\nvram = \"4GiB\"\n[[gpu.vf]]\nindex = 0\nvram = \"16GiB\"\n";
  const auto plan = lab.plan(wish, with_reload());
  ASSERT_TRUE(plan) << to_string(plan.error());
  EXPECT_THAT(places_of(plan->units.front()),
              AllOf(Contains("module:gim"), Not(Contains(at_run_time))));
  const auto report = lab.apply(wish, with_reload());
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::ok)
      << to_string(report->units.front().error.value_or(Error{}));
}

TEST(GimAtRunTime, IsAReloadWhereMemoryLiesFree) {
  // The driver does not take that from its list, and VFs that come have it: whoever then grows
  // would be given another's memory.
  const Lab lab({"amd-v710-gim"});
  const auto report = lab.apply(head + "vfs = 2\nvram = \"4GiB\"\n", with_reload());
  ASSERT_TRUE(report) << to_string(report.error());
  ASSERT_EQ(exit_code(*report), ExitCode::ok);
  ASSERT_THAT(lab.read("debug:gim/0000:03:00.0/asymmetric_fb"), HasSubstr("Free"));
  const auto plan = lab.plan(head + "vfs = 3\n", with_reload());
  ASSERT_TRUE(plan) << to_string(plan.error());
  EXPECT_THAT(places_of(plan->units.front()),
              AllOf(Contains("module:gim"), Not(Contains(at_run_time))));
}

TEST(GimAtRunTime, IsUndoneByAReloadWhereVfsWouldLeaveTheirMemoryBehind) {
  const Lab lab({"amd-v710-gim"});
  const std::string before = lab.read("debug:gim/0000:03:00.0/asymmetric_fb");
  lab.reach(vfs(3));
  const auto refused = lab.open().undo({});
  ASSERT_TRUE(refused) << to_string(refused.error());
  EXPECT_EQ(exit_code(*refused), ExitCode::not_permitted);
  const auto undone = lab.open().undo(with_reload());
  ASSERT_TRUE(undone) << to_string(undone.error());
  EXPECT_EQ(exit_code(*undone), ExitCode::ok);
  EXPECT_EQ(lab.read("debug:gim/0000:03:00.0/asymmetric_fb"), before);
}

TEST(GimAtRunTime, IsUndoneAtRunTimeWhereVfsCameBack) {
  Lab lab({"amd-v710-gim"});
  lab.reach(vfs(4));
  const std::string before = lab.read("debug:gim/0000:03:00.0/asymmetric_fb");
  lab.reach(vfs(2));
  static_cast<void>(lab.writes());
  const auto undone = lab.open().undo({});
  ASSERT_TRUE(undone) << to_string(undone.error());
  EXPECT_EQ(exit_code(*undone), ExitCode::ok);
  EXPECT_THAT(lab.writes(), Contains(at_run_time + " = 4"));
  EXPECT_EQ(lab.read("debug:gim/0000:03:00.0/asymmetric_fb"), before);
}

TEST(GimAtRunTime, GivesBackACountOfADriverThatWasLoadedWithAnother) {
  // The undo's load fails, and what goes back is loaded as it had been: with 1, then told 3.
  Lab lab({"amd-v710-gim"});
  lab.reach(vfs(3));
  const std::string before = lab.dump();
  lab.fault("module:gim", EIO, 2);
  static_cast<void>(lab.writes());
  const auto undone = lab.open().undo(with_reload());
  ASSERT_TRUE(undone) << to_string(undone.error());
  EXPECT_EQ(undone->units.front().result, Outcome::rolled_back);
  EXPECT_THAT(lab.writes(), Contains(at_run_time + " = 3"));
  EXPECT_TRUE(lab.dump() == before);
}

TEST(GimAtRunTime, BringsVfsBackThatWentWithAllThatTheyHad) {
  const Lab lab({"amd-v710-gim"});
  lab.reach(vfs(4));
  const std::string before = lab.dump();
  lab.fault("etc:gim_config", ENOSPC);
  const auto report = lab.apply(vfs(2));
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::failed);
  EXPECT_THAT(report->units.front().not_restored, IsEmpty());
  EXPECT_THAT(report->units.front().outside, IsEmpty());
  EXPECT_TRUE(lab.dump() == before);
}

TEST(GimAtRunTime, NamesWhatAWayBackLeavesOnTheDriversList) {
  const Lab lab({"amd-v710-gim"});
  lab.fault("etc:gim_config", ENOSPC);
  const auto report = lab.apply(vfs(3));
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::failed);
  const UnitReport& unit = report->units.front();
  EXPECT_EQ(unit.result, Outcome::rolled_back);
  EXPECT_EQ(count_of(lab), "1");
  ASSERT_EQ(unit.outside.size(), 2U);
  EXPECT_EQ(to_string(unit.outside.front().at), "debug=:gim/0000:03:00.0/asymmetric_fb/VF1");
  EXPECT_EQ(unit.outside.front().attribute, "vram");
}

TEST(GimAtRunTime, ThatLeftMemoryInTheWaySaysSo) {
  const Lab lab({"amd-v710-gim"});
  lab.reach(vfs(12));
  lab.reach(vfs(3));
  const auto report =
      lab.apply(head + "vfs = 3\nvram = \"4GiB\"\n[[gpu.vf]]\nindex = 0\nvram = \"16GiB\"\n");
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::failed);
  EXPECT_THAT(to_string(report->units.front().error.value_or(Error{})),
              HasSubstr("VFs that are gone"));
  EXPECT_EQ(count_of(lab), "3");
}

TEST(GimAtRunTime, IsNotTheWayOfAnMi300) {
  // It would keep the mode that goes with the old count, and take no other one.
  const Lab lab({"amd-mi300x"});
  ASSERT_EQ(lab.read(at_run_time), "1");
  const auto plan = lab.plan(vfs(8));
  ASSERT_TRUE(plan) << to_string(plan.error());
  EXPECT_THAT(places_of(plan->units.front()),
              AllOf(Contains("module:gim"), Not(Contains(at_run_time))));
  const auto report = lab.apply(vfs(8), with_reload());
  ASSERT_TRUE(report) << to_string(report.error());
  ASSERT_EQ(exit_code(*report), ExitCode::ok);
  EXPECT_THAT(lab.read("sys:bus/pci/devices/0000:03:00.0/accelerator_partition_profile"),
              HasSubstr("CPX"));
}

TEST(GimAtRunTime, OfAnMi300ThatSomebodyElseRecountedIsNotSaidToHaveItsMode) {
  const Lab lab({"amd-mi300x"});
  lab.by_hand(at_run_time, "8");
  const auto report = lab.apply(head + "vfs = 8\n[gpu.pf]\ncompute_partition = \"CPX\"\n");
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_NE(exit_code(*report), ExitCode::ok);
  EXPECT_EQ(count_of(lab), "8");
}

TEST(GimAtRunTime, IsNoDriftOfTheModule) {
  // What it was loaded with differs from what is wished, and is not what is wrong.
  const Lab lab({"amd-v710-gim"});
  const auto checked = lab.check(vfs(4));
  ASSERT_TRUE(checked) << to_string(checked.error());
  ASSERT_EQ(checked->differences.size(), 1U);
  EXPECT_EQ(checked->differences.front().attribute, "vfs");
}

TEST(GimAtRunTime, IsShownInThePlan) {
  const Lab lab({"amd-v710-gim"});
  const auto plan = lab.plan(vfs(2));
  ASSERT_TRUE(plan) << to_string(plan.error());
  const UnitPlan& unit = plan->units.front();
  EXPECT_EQ(unit.disruption, Disruption::vf);
  EXPECT_THAT(unit.blocked, IsEmpty());
  const auto found = std::ranges::find_if(unit.steps, [](const Step& step) {
    const auto* const change = std::get_if<Change>(&step);
    return change != nullptr && to_string(change->to) == at_run_time;
  });
  ASSERT_NE(found, unit.steps.end());
  EXPECT_EQ(std::get<Change>(*found).danger, Danger::none);
  EXPECT_THAT(std::get<Change>(*found).reason, HasSubstr("while its driver runs"));
}

}  // namespace
}  // namespace vfmgr::test::of_amd_run_time
