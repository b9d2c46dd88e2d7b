// SPDX-License-Identifier: Apache-2.0
// xe's files in debugfs that are there and can't be opened, or whose mode somebody else changed;
// and what was moved beside the VFs coming back with them (each was seen in tests/vm/jobs/xe*.sh).
#include "vfmgr/manager.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "sim/tools.hpp"
#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>

namespace vfmgr::test::of_intel_closed {
namespace {

using ::testing::HasSubstr;

const std::string head = "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 2\n";
const std::string times = "exec_quantum = \"20ms\"\npreempt_timeout = \"40ms\"\n";
const std::string vram = "vram = \"1GiB\"\n";

std::string text_of(const Lab& lab) {
  std::ifstream in(lab.file());
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Kernel lockdown: folders are listed, and files that can be written are opened with EPERM.
void lock_down(const Lab& lab) {
  std::istringstream in(text_of(lab));
  std::string locked;
  constexpr std::string_view kOpen = " [rw] = ";
  for (std::string line; std::getline(in, line);) {
    const auto at = line.find(kOpen);
    if (line.starts_with("debug:dri/") && at != std::string::npos) {
      line.replace(at, kOpen.size(), " [rw!1] = ");
    }
    if (line.ends_with("/debugfs = 1")) {
      line.back() = '2';
    }
    locked += line + "\n";
  }
  std::ofstream(lab.file()) << locked;
}

/// Somebody wrote a number in debugfs: the driver gives out and releases nothing by itself.
void make_custom(const Lab& lab) {
  ASSERT_TRUE(sim::fold(lab.file()));
  std::string text = text_of(lab);
  const std::size_t log = text.find("\nlog\n");
  ASSERT_NE(log, std::string::npos);
  text.insert(log + 1, "hidden:functions/0000:03:00.0/custom_provisioning = 1\n");
  std::ofstream(lab.file()) << text;
}

void goes(const Lab& lab) {
  const auto report = lab.teardown();
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(exit_code(*report), ExitCode::ok)
      << to_string(report->units.front().error.value_or(Error{}));
}

TEST(UnderLockdown, WhatStandsInSysfsIsChangedAndTakenBack) {
  const Lab lab({"intel-b60-7.0"});
  lock_down(lab);
  const std::string before = lab.dump();
  lab.reach(head + times);
  const auto exported = lab.open().export_toml({});
  EXPECT_TRUE(exported) << to_string(exported.error());
  goes(lab);
  EXPECT_TRUE(lab.dump() == before);
}

TEST(UnderLockdown, WhatNeedsDebugfsIsRefusedWithThatReason) {
  for (const std::string line :
       {"vram = \"1GiB\"\n", "ggtt = \"256MiB\"\n", "contexts = 1024\n", "doorbells = 16\n"}) {
    SCOPED_TRACE(line);
    const Lab lab({"intel-b60-7.0"});
    lock_down(lab);
    const auto plan = lab.plan(head + line);
    ASSERT_FALSE(plan);
    EXPECT_EQ(exit_code(plan.error()), ExitCode::wrong_here);
    EXPECT_THAT(plan.error().help, HasSubstr("lockdown"));
  }
}

TEST(WithoutDebugfs, AnOlderXeSaysWhyItHasNothingToGive) {
  const Lab lab({"intel-b60-6.17"});
  std::istringstream in(text_of(lab));
  std::string without;
  for (std::string line; std::getline(in, line);) {
    const bool gone = line.starts_with("debug:") || line.ends_with("/debugfs = 1");
    without += gone ? "" : line + "\n";
  }
  std::ofstream(lab.file()) << without;
  const auto plan = lab.plan(head + vram);
  ASSERT_FALSE(plan);
  EXPECT_EQ(exit_code(plan.error()), ExitCode::wrong_here);
  EXPECT_THAT(plan.error().help, HasSubstr("mount -t debugfs"));
  lab.reach(head);
  goes(lab);
}

TEST(ModeThatOthersMadeCustom, IsAutomaticAgainAfterTeardown) {
  const Lab lab({"intel-b60-debugfs"});
  const std::string before = lab.dump();
  lab.reach(head + vram + times);
  make_custom(lab);
  goes(lab);
  EXPECT_TRUE(lab.dump() == before);
}

TEST(PriorityOfVfs, GoesBackWithThemThoughItOutlivesThem) {
  const Lab lab({"intel-b60-7.0"});
  const std::string before = lab.dump();
  lab.reach(head + times + "priority = \"normal\"\n[gpu.pf]\nexec_quantum = \"10ms\"\n" +
            "preempt_timeout = \"20ms\"\npriority = \"high\"\n");
  goes(lab);
  EXPECT_TRUE(lab.dump() == before);
}

}  // namespace
}  // namespace vfmgr::test::of_intel_closed
