// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/generic/backend.hpp"
#include "engine/predict.hpp"
#include "support/lab.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace vfmgr::test::of_lost {
namespace {

const std::string two = "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 2\n";

std::vector<std::string> lost(const Lab& lab, const std::string& toml) {
  const auto plan = lab.plan(toml);
  EXPECT_TRUE(plan) << to_string(plan.error());
  std::vector<std::string> places;
  for (const Lost& one : plan->units.front().lost) {
    places.push_back(to_string(one.at));
  }
  return places;
}

TEST(Lost, IsNothingWhereVfsAreMadeOnABareGpu) {
  const Lab lab({"intel-b60"});
  EXPECT_EQ(lost(lab, two), std::vector<std::string>{});
  EXPECT_EQ(lost(lab, two + "vram = \"2GiB\"\nexec_quantum = \"20ms\"\n"),
            std::vector<std::string>{});
}

TEST(Lost, NamesEveryVfThatIsMadeAnewForWhatOthersSetOnIt) {
  const Lab lab({"plain"});
  lab.reach(two);
  const auto places = lost(lab, "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 3\n");
  EXPECT_EQ(places, (std::vector{gpu_file("virtfn0"), gpu_file("virtfn1")}));
}

TEST(Lost, NamesValuesOfWhichNobodyKnowsWhoChoseThem) {
  const Lab lab({"intel-b60"});
  // Somebody else made these VFs, so who chose their quotas can't be told.
  lab.reach(two);
  std::filesystem::remove_all(lab.file().string() + ".state");
  const auto places = lost(lab, "schema = 1\n[[gpu]]\nmatch = { address = \"*\" }\nvfs = 3\n");
  EXPECT_EQ(std::ranges::count(places, gpu_file("sriov_admin/vf1/profile/vram_quota")), 1);
}

TEST(Lost, NamesFilesThatGoWithADriverOnce) {
  const Gpu gpu{.address = parse_address("0000:03:00.0").value()};
  const Place folder{.in = In::sys, .path = "bus/pci/devices/0000:03:00.0/of_driver"};
  const Place whole{.in = In::sys, .path = "bus/pci/devices/0000:03:00.0"};
  const State before{
      {{.in = In::sys, .path = folder.path + "/value"}, text_value("1", Origin::own)}};
  const Change unbind{.what = "driver", .wipes = {folder}, .disturbs = {whole}};
  const auto lost = lost_by(generic_backend(), {.gpus = {gpu}}, before, {unbind, unbind});
  ASSERT_EQ(lost.size(), 1U);
  EXPECT_EQ(lost.front().at, folder);
}

}  // namespace
}  // namespace vfmgr::test::of_lost
