// SPDX-License-Identifier: Apache-2.0
// What VFs of Intel's GPUs get, in each generation of the drivers' interfaces, and the traps
// between.
#include "vfmgr/inventory.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"

#include "sim/tools.hpp"
#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr::test::of_intel_shares {
namespace {

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;

const std::string head = "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\n";
const std::string shares = head + "vfs = 2\nggtt = \"256MiB\"\ncontexts = 1024\ndoorbells = 16\n";
const std::string times = "exec_quantum = \"20ms\"\npreempt_timeout = \"40ms\"\n";
const std::string two = head + "vfs = 2\n";
const std::string two_with_times = two + times;
const std::string three_with_times = head + "vfs = 3\n" + times;
const std::string all_with_times = shares + "vram = \"1GiB\"\n" + times;
const std::string shares_and_times = shares + times;
const std::string one_alone = two + "ggtt = \"256MiB\"\n";

GpuView shown(const Lab& lab) {
  const auto inventory = lab.open().inventory({}, Detail::whole);
  EXPECT_TRUE(inventory) << to_string(inventory.error());
  return inventory ? inventory->gpus.front() : GpuView{};
}

Error refused(const Lab& lab, const std::string& toml) {
  const auto plan = lab.plan(toml);
  EXPECT_FALSE(plan);
  return plan ? Error{} : plan.error();
}

TEST(SharesByHand, AreTheSameInEachGenerationOfTheInterface) {
  std::vector<Attributes> of_first_vf;
  for (const char* const model : {"intel-b60-6.17",
                                  "intel-b60-6.18",
                                  "intel-b60-7.0",
                                  "intel-b60-debugfs",
                                  "intel-flex170"}) {
    SCOPED_TRACE(model);
    const Lab lab({model});
    lab.reach(all_with_times);
    Attributes attributes = shown(lab).vfs.at(0).attributes;
    // Not all of them have a priority.
    std::erase_if(attributes, [](const auto& one) { return one.first == "priority"; });
    of_first_vf.push_back(std::move(attributes));
  }
  EXPECT_EQ(of_first_vf.front().at("contexts"), Setting(std::uint64_t{1024}));
  EXPECT_EQ(of_first_vf.front().at("exec_quantum"), Setting(std::uint64_t{20'000}));
  EXPECT_THAT(of_first_vf, Each(of_first_vf.front()));
}

TEST(SharesByHand, GoBackToTheDriverWithTheVfs) {
  for (const char* const model : {"intel-ptl", "intel-adl", "intel-adl-i915", "intel-mtl-i915"}) {
    SCOPED_TRACE(model);
    const Lab lab({model});
    const std::string before = lab.dump();
    lab.reach(shares_and_times);
    const auto report = lab.teardown();
    ASSERT_TRUE(report) << to_string(report.error());
    EXPECT_EQ(exit_code(*report), ExitCode::ok)
        << to_string(report->units.front().error.value_or(Error{}));
    EXPECT_TRUE(lab.dump() == before);
    // … so that it shares out again.
    lab.reach(two);
    EXPECT_NE(shown(lab).vfs.at(0).attributes.at("contexts"), Setting(std::uint64_t{0}));
  }
}

TEST(SharesByHand, InPartAreRefusedBeforeTheDriverDoes) {
  for (const char* const model : {"intel-ptl", "intel-adl-i915"}) {
    SCOPED_TRACE(model);
    const Lab lab({model});
    const Error error = refused(lab, one_alone);
    EXPECT_EQ(exit_code(error), ExitCode::wrong_here);
    EXPECT_THAT(error.why, HasSubstr("contexts of vf0 is missing"));
    ASSERT_TRUE(error.spot);
    EXPECT_EQ(error.spot->line, 5U);
  }
}

TEST(SharesByHand, AreHeldAgainstWhatTheGpuHas) {
  const Lab lab({"intel-ptl"});
  const Error contexts = refused(lab, head + "vfs = 4\nggtt = \"256MiB\"\ncontexts = 20000\n");
  EXPECT_EQ(contexts.kind, ErrorKind::does_not_fit);
  EXPECT_THAT(contexts.why, HasSubstr("4 VFs together ask for 80000, and the GPU has 65279"));
  const Lab card({"intel-b60"});
  const Error vram = refused(card, head + "vfs = 4\nvram = \"7GiB\"\n");
  EXPECT_EQ(vram.kind, ErrorKind::does_not_fit);
  EXPECT_THAT(vram.why, HasSubstr("4 VFs together ask for 28GiB"));
}

TEST(AStepThatEndsAutomaticProvisioning, SaysSo) {
  for (const char* const model : {"intel-ptl", "intel-adl-i915"}) {
    SCOPED_TRACE(model);
    const Lab lab({model});
    const auto plan = lab.plan(shares);
    ASSERT_TRUE(plan) << to_string(plan.error());
    std::vector<std::string> reasons;
    for (const Step& step : plan->units.front().steps) {
      const auto* const change = std::get_if<Change>(&step);
      reasons.push_back(change == nullptr ? std::string() : change->reason);
    }
    EXPECT_THAT(reasons,
                Contains(AnyOf(HasSubstr("custom provisioning"),
                               HasSubstr("ends the driver's own sharing out"))));
  }
}

TEST(TimesAlone, LeaveTheSharesToTheDriver) {
  for (const char* const model : {"intel-ptl", "intel-adl-i915", "intel-b60-6.17"}) {
    SCOPED_TRACE(model);
    const Lab lab({model});
    lab.reach(two_with_times);
    EXPECT_NE(shown(lab).vfs.at(1).attributes.at("contexts"), Setting(std::uint64_t{0}));
    EXPECT_EQ(shown(lab).vfs.at(1).attributes.at("exec_quantum"), Setting(std::uint64_t{20'000}));
    // The VFs are made anew, and have their shares again.
    lab.reach(three_with_times);
    EXPECT_NE(shown(lab).vfs.at(2).attributes.at("contexts"), Setting(std::uint64_t{0}));
  }
}

TEST(APriority, WithATimeThatNeverEndsIsRefused) {
  const Lab lab({"intel-ptl"});
  const Error error =
      refused(lab, head + "vfs = 1\nexec_quantum = \"infinite\"\npriority = \"normal\"\n");
  EXPECT_THAT(error.why, HasSubstr("might never let go of the GPU"));
  EXPECT_EQ(error.spot.value_or(Spot{}).line, 5U);
}

TEST(APriority, OfI915IsTheVfsOrTheGpusOwn) {
  const Lab lab({"intel-flex170"});
  const Error error =
      refused(lab, head + "vfs = 1\npriority = \"normal\"\n[gpu.pf]\npriority = \"high\"\n");
  EXPECT_THAT(error.why, HasSubstr("either the GPU's own priority or that of its VFs"));
}

TEST(WhatOnlyDebugfsHas, IsRefusedWithTheReasonWhereItIsClosed) {
  const Lab lab({"intel-b60"});
  const Error error = refused(lab, shares);
  EXPECT_THAT(error.why, HasSubstr("this kernel has it in debugfs alone"));
  EXPECT_THAT(error.help, HasSubstr("mount debugfs"));
}

TEST(AnExport, OfEveryModelPlansToNothing) {
  const std::vector<sim::ModelInfo> models = sim::list_models().value();
  for (const sim::ModelInfo& model : models) {
    if (!model.name.starts_with("intel-")) {
      continue;
    }
    SCOPED_TRACE(model.name);
    const Lab lab({std::string(model.name)});
    lab.reach(two_with_times);
    const auto exported = lab.open().export_toml({});
    ASSERT_TRUE(exported) << to_string(exported.error());
    const auto plan = lab.plan(*exported);
    ASSERT_TRUE(plan) << to_string(plan.error());
    EXPECT_TRUE(plan->units.empty() || plan->units.front().steps.empty()) << *exported;
  }
}

TEST(AutoAsADriver, IsTheOneThatCanMigrateWhereItIsThere) {
  const Lab lab({"intel-ptl"});
  const std::vector<sim::ModelCount> gpus{{.model = "intel-ptl"}};
  std::string text = sim::host_text(gpus).value();
  const std::size_t log = text.find("\nlog\n");
  ASSERT_NE(log, std::string::npos);
  text.insert(log + 1,
              "rules xe-vfio-pci vfio-pci\n"
              "sys:bus/pci/drivers/xe-vfio-pci/bind [w] =\n"
              "sys:bus/pci/drivers/xe-vfio-pci/unbind [w] =\n");
  std::ofstream(lab.file()) << text;
  lab.reach(head + "vfs = 1\n");
  EXPECT_EQ(shown(lab).vfs.at(0).driver, "xe-vfio-pci");
}

}  // namespace
}  // namespace vfmgr::test::of_intel_shares
