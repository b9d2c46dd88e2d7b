// SPDX-License-Identifier: Apache-2.0
// Only what differs is touched: over random pairs of before and after.
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "support/lab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <random>
#include <string>
#include <variant>
#include <vector>

namespace vfmgr::test::of_differs {
namespace {

using ::testing::IsEmpty;

class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  unsigned below(unsigned sides) {
    return static_cast<unsigned>(std::uniform_int_distribution<unsigned>(0, sides - 1)(engine_));
  }
  std::string one_of(const std::vector<std::string>& words) {
    return words[below(static_cast<unsigned>(words.size()))];
  }

 private:
  std::mt19937 engine_;
};

/// A profile for an intel-b60 at 03:00.0 and a plain GPU at 04:00.0, neither of them surely named.
std::string random_profile(Dice& dice) {
  const std::vector<std::string> drivers{
      "vf_driver = \"vfio-pci\"\n", "vf_driver = \"none\"\n", "", "vf_driver = \"auto\"\n"};
  std::string toml = "schema = 1\n";
  if (dice.below(5) > 0) {
    const unsigned vfs = dice.below(5);
    toml += "[[gpu]]\nmatch = { address = \"0000:03:00.0\" }\nvfs = " + std::to_string(vfs) + "\n" +
            dice.one_of(drivers) +
            dice.one_of({"", "exec_quantum = \"20ms\"\n", "exec_quantum = \"35ms\"\n"}) +
            dice.one_of({"", "preempt_timeout = \"40ms\"\n", "vram = \"2GiB\"\n"});
    if (vfs > 0 && dice.below(2) == 0) {
      toml += "[[gpu.vf]]\nindex = " + std::to_string(dice.below(vfs)) + "\n" +
              dice.one_of({"exec_quantum = \"50ms\"\n", "vf_driver = \"none\"\n"});
    }
  }
  if (toml.find("[[gpu]]") == std::string::npos || dice.below(2) == 0) {
    toml +=
        "[[gpu]]\nmatch = { address = \"0000:04:00.0\" }\nvfs = " + std::to_string(dice.below(4)) +
        "\n" + dice.one_of(drivers);
  }
  return toml;
}

/// What the plan says that will be written, without the bytes that only the run knows.
std::vector<std::string> places_of(const Plan& plan) {
  std::vector<std::string> places;
  for (const UnitPlan& unit : plan.units) {
    for (const Step& step : unit.steps) {
      if (const auto* const change = std::get_if<Change>(&step)) {
        places.push_back(to_string(change->to));
      }
    }
  }
  return places;
}

TEST(OnlyWhatDiffers, IsWrittenAndItIsWhatThePlanSays) {
  unsigned changed = 0;
  for (unsigned seed = 0; seed < 120; ++seed) {
    Dice dice(seed);
    Lab lab({"intel-b60", "plain"});
    const std::string from = random_profile(dice);
    const std::string to = random_profile(dice);
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto begun = lab.apply(from);
    ASSERT_TRUE(begun) << to_string(begun.error());
    ASSERT_EQ(exit_code(*begun), ExitCode::ok);
    static_cast<void>(lab.writes());

    const auto plan = lab.plan(to);
    ASSERT_TRUE(plan) << to_string(plan.error());
    const auto run = lab.apply(to);
    ASSERT_TRUE(run) << to_string(run.error());
    ASSERT_EQ(exit_code(*run), ExitCode::ok) << static_cast<int>(exit_code(*run));
    const std::vector<std::string> writes = lab.writes();
    const std::vector<std::string> planned = places_of(*plan);
    ASSERT_EQ(writes.size(), planned.size());
    for (std::size_t at = 0; at < writes.size(); ++at) {
      EXPECT_EQ(writes[at].substr(0, writes[at].find(" = ")), planned[at]);
    }
    changed += writes.empty() ? 0U : 1U;

    EXPECT_EQ(exit_code(*lab.check(to)), ExitCode::ok);
    ASSERT_TRUE(lab.apply(to));
    EXPECT_THAT(lab.writes(), IsEmpty());
  }
  EXPECT_GT(changed, 60);
}

}  // namespace
}  // namespace vfmgr::test::of_differs
