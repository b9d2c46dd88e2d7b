// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia/type_name.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace vfmgr::nvidia {

namespace {

constexpr std::uint64_t kGib = std::uint64_t{1} << 30U;

/// "L40S 0 8 Q": card, slices, GiB, series, suffix; "no" where it is no such name.
std::string told(std::string_view name) {
  const auto type = parse_type_name(name);
  if (!type) {
    return "no";
  }
  const std::string series = type->series == 0 ? "-" : std::string(1, type->series);
  return type->card + " " + std::to_string(type->slices) + " " +
         std::to_string(type->bytes / kGib) + " " + series + " " + type->suffix;
}

TEST(TypeName, SaysTheCardAndTheSizeOfATimeSlicedType) {
  EXPECT_EQ(told("NVIDIA L40S-8Q"), "L40S 0 8 Q ");
  EXPECT_EQ(told("GRID A100X-40C"), "A100X 0 40 C ");
  EXPECT_EQ(told("L40S-8Q"), "L40S 0 8 Q ");
}

TEST(TypeName, SaysTheSlicesOfATypeInAGpuInstance) {
  EXPECT_EQ(told("NVIDIA RTX Pro 6000 Blackwell DC-1-24Q"), "DC 1 24 Q ");
  EXPECT_EQ(told("GRID A100X-1-5CME"), "A100X 1 5 C ME");
  EXPECT_EQ(told("DC-1-24QGFX"), "DC 1 24 Q GFX");
  EXPECT_EQ(told("DC-4-96CNOME"), "DC 4 96 C NOME");
  EXPECT_EQ(told("DC-2-48CMEALL"), "DC 2 48 C MEALL");
}

TEST(TypeName, KeepsADashThatIsTheCardsOwn) {
  EXPECT_EQ(told("NVIDIA RTX6000-Ada-8Q"), "RTX6000-Ada 0 8 Q ");
}

TEST(TypeName, TakesNoughtForHalfAGigabyte) {
  ASSERT_TRUE(parse_type_name("GRID M10-0B"));
  EXPECT_EQ(parse_type_name("GRID M10-0B")->bytes, kGib / 2);
}

TEST(TypeName, NeedsNoSeries) {
  EXPECT_EQ(told("NVIDIA A40-12"), "A40 0 12 - ");
  EXPECT_EQ(told("NVIDIA RTX 6000D-1-42"), "6000D 1 42 - ");
}

TEST(TypeName, IsNotWhatHasAnotherForm) {
  for (const std::string_view name : {"",
                                      "-",
                                      "-8Q",
                                      "NVIDIA ",
                                      "NVIDIA GeForce RTX 3050",
                                      "L40S",
                                      "L40S-",
                                      "L40S-Q",
                                      "L40S-8X",
                                      "L40S-8QQ",
                                      "L40S-8QME",
                                      "L40S-8ME",
                                      "A100-1-5ME",
                                      "L40S-99999Q",
                                      "L40S-8q",
                                      "1-8Q-",
                                      "-1-8Q"}) {
    EXPECT_EQ(told(name), "no") << name;
  }
}

TEST(TypeName, IsShortBehindItsLastSpace) {
  EXPECT_EQ(short_name("NVIDIA RTX Pro 6000 Blackwell DC-3Q"), "DC-3Q");
  EXPECT_EQ(short_name("DC-3Q"), "DC-3Q");
  EXPECT_EQ(short_name("NVIDIA "), "");
}

}  // namespace

}  // namespace vfmgr::nvidia
