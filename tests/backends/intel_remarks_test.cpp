// SPDX-License-Identifier: Apache-2.0
// What is told of plans and of GPUs beside their numbers: what VFs show of their VRAM to a CPU, and
// that a driver shares out nothing by itself any more.
#include "vfmgr/inventory.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/result.hpp"

#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace vfmgr::test::of_intel_remarks {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The model's window holds 24 x 512 MiB.
const std::string head = "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\n";
const std::string four = head + "vfs = 4\nvram = \"4GiB\"\n";
const std::string two = head + "vfs = 2\nvram = \"4GiB\"\n";

const auto by_hand = Field(&Finding::what, HasSubstr("the driver gives out nothing by itself"));

std::vector<Finding> findings_of(const Lab& lab) {
  const auto inventory = lab.open().inventory({}, Detail::whole);
  EXPECT_TRUE(inventory) << to_string(inventory.error());
  return inventory ? inventory->gpus.front().findings : std::vector<Finding>{};
}

std::vector<Finding> findings_after(const Lab& lab, const std::string& toml) {
  const auto plan = lab.plan(toml);
  EXPECT_TRUE(plan) << to_string(plan.error());
  return plan ? plan->units.front().view_after.front().findings : std::vector<Finding>{};
}

TEST(SmallBar, IsToldByThePlanAndOfTheVfsThatStand) {
  const Lab lab({"intel-b60"});
  const auto told = ElementsAre(
      AllOf(Field(&Finding::what,
                  AllOf(HasSubstr("with 4 VFs a VF shows 2GiB"), HasSubstr("vf0 has 4GiB"))),
            Field(&Finding::help, HasSubstr("with at most 3 VFs it is large enough"))));
  EXPECT_THAT(findings_of(lab), IsEmpty());
  EXPECT_THAT(findings_after(lab, four), told);
  lab.reach(four);
  EXPECT_THAT(findings_of(lab), told);
  EXPECT_EQ(lab.read("sys:bus/pci/devices/0000:03:00.2/resource").substr(std::size_t{2} * 57, 37),
            "0x00000020a0000000 0x000000211fffffff")
      << "the driver gave each VF 2 GiB of the window";
}

TEST(SmallBar, IsNoneWhereFewEnoughVfsShareTheWindow) {
  const Lab lab({"intel-b60"});
  EXPECT_THAT(findings_after(lab, two), IsEmpty());
  lab.reach(two);
  EXPECT_THAT(findings_of(lab), IsEmpty());
}

TEST(SmallBar, IsToldOfWhatTheDriverSharedOutByItself) {
  const Lab lab({"intel-b60-6.18"});
  const std::string automatic = head + "vfs = 4\n";
  EXPECT_THAT(findings_after(lab, automatic), IsEmpty()) << "it is still to choose";
  lab.reach(automatic);
  EXPECT_THAT(findings_of(lab),
              ElementsAre(Field(&Finding::what, HasSubstr("with 4 VFs a VF shows 2GiB"))));
}

TEST(SmallBar, IsToldUnderBackportsToo) {
  const Lab lab({"intel-flex170"});
  const std::string one = head +
                          "vfs = 1\nvram = \"15GiB\"\nggtt = \"1GiB\"\ncontexts = 1024\n"
                          "doorbells = 16\n";
  EXPECT_THAT(findings_after(lab, one), ElementsAre(by_hand)) << "one VF has 16 GiB of 248";
  const std::string many = head +
                           "vfs = 31\nvram = \"512MiB\"\nggtt = \"64MiB\"\n"
                           "contexts = 1024\ndoorbells = 4\n";
  EXPECT_THAT(findings_after(lab, many), ElementsAre(by_hand)) << "31 have 8 GiB each";
}

TEST(EndOfSharing, IsToldByThePlanThatBringsItAbout) {
  const Lab lab({"intel-ptl"});
  const std::string shares = head + "vfs = 2\nggtt = \"256MiB\"\ncontexts = 1024\ndoorbells = 16\n";
  EXPECT_THAT(
      findings_after(lab, shares),
      ElementsAre(Field(&Finding::what, HasSubstr("ggtt, contexts, doorbells are given by hand"))));
  EXPECT_THAT(findings_after(lab, head + "vfs = 2\n"), IsEmpty());
}

TEST(SmallBar, IsNothingToGpusInAProcessor) {
  const Lab lab({"intel-ptl"});
  lab.reach(head + "vfs = 2\n");
  EXPECT_THAT(findings_of(lab), IsEmpty());
}

}  // namespace
}  // namespace vfmgr::test::of_intel_remarks
