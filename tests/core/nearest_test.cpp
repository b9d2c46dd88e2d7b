// SPDX-License-Identifier: Apache-2.0
#include "core/nearest.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr {
namespace {

constexpr std::array<std::string_view, 5> kKeys{
    "vf_driver", "vram", "exec_quantum", "preempt_timeout", "vfs"};

TEST(Nearest, FindsWhatASlipOfTheFingerMeant) {
  EXPECT_EQ(nearest("vrma", kKeys), "vram");
  EXPECT_EQ(nearest("VRAM", kKeys), "vram");
  EXPECT_EQ(nearest("exec-quantum", kKeys), "exec_quantum");
  EXPECT_EQ(nearest("premept_timout", kKeys), "preempt_timeout");
  EXPECT_EQ(nearest("vf", kKeys), "vfs");
  EXPECT_EQ(nearest("quantum", kKeys), "exec_quantum");
}

TEST(Nearest, SaysNothingWhereNothingIsNear) {
  EXPECT_EQ(nearest("", kKeys), std::nullopt);
  EXPECT_EQ(nearest("colour", kKeys), std::nullopt);
  EXPECT_EQ(nearest("x", kKeys), std::nullopt);
  EXPECT_EQ(nearest(std::string(1'000'000, 'v'), kKeys), std::nullopt);
  EXPECT_EQ(nearest("vram", {}), std::nullopt);
}

TEST(Nearest, GuessesNoneOfSeveralThatAreEquallyNear) {
  constexpr std::array<std::string_view, 3> kTypes{"A16-2Q", "A16-4Q", "A16-16Q"};
  EXPECT_EQ(nearest("A16-3Q", kTypes), std::nullopt);
  EXPECT_EQ(nearest("a16-4q", kTypes), "A16-4Q");
  // As long as what was written is likelier than one letter more.
  EXPECT_EQ(nearest("A16-36Q", kTypes), "A16-16Q");
}

TEST(Glob, MatchesAWholeText) {
  EXPECT_TRUE(glob_match("", ""));
  EXPECT_TRUE(glob_match("*", ""));
  EXPECT_TRUE(glob_match("*L40S*", "NVIDIA L40S"));
  EXPECT_TRUE(glob_match("0000:0?:00.[0-3]", "0000:03:00.2"));
  EXPECT_TRUE(glob_match("a*b*c", "a-b-b-c"));
  EXPECT_TRUE(glob_match("[!x]y", "ay"));
  EXPECT_TRUE(glob_match("[]]", "]"));
  EXPECT_TRUE(glob_match("a[", "a["));
  EXPECT_FALSE(glob_match("L40S", "NVIDIA L40S"));
  EXPECT_FALSE(glob_match("[!x]y", "xy"));
  EXPECT_FALSE(glob_match("?", ""));
  EXPECT_FALSE(glob_match("[a-c]", "d"));
}

TEST(Glob, StaysPolynomialOnManyStars) {
  std::string pattern;
  for (int star = 0; star < 200; ++star) {
    pattern += "*a";
  }
  pattern += "b";
  EXPECT_FALSE(glob_match(pattern, std::string(20'000, 'a')));
}

}  // namespace
}  // namespace vfmgr
