// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia/card.hpp"
#include "backends/nvidia/fit.hpp"
#include "nvidia/support/driver_rules.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace vfmgr::nvidia {

namespace {

using test::fault_of;
using test::multisets;

std::vector<const VgpuType*> time_sliced(const Card& card) {
  std::vector<const VgpuType*> types;
  for (const VgpuType& type : card.types) {
    if (type.instance.empty()) {
      types.push_back(&type);
    }
  }
  return types;
}

TEST(FitEqual, IsRightForEveryThreeTypesOfEveryCard) {
  for (const Card& card : known_cards()) {
    const auto types = time_sliced(card);
    for (const auto& which : multisets(types.size(), 3)) {
      std::vector<Ask> asks;
      asks.reserve(which.size());
      for (const std::size_t one : which) {
        asks.push_back({.vf = static_cast<std::uint32_t>(asks.size()), .type = types[one]});
      }
      ASSERT_EQ(fault_of(card, Mode::equal, {}, {}, asks), "") << card.name;
      if (asks.size() > 1) {
        const Standing first{.vf = 0, .type = asks[0].type};
        ASSERT_EQ(fault_of(card, Mode::equal, {}, {&first, 1}, std::span(asks).subspan(1)), "")
            << card.name;
      }
    }
  }
}

TEST(FitEqual, HoldsTheMostOfEachTypeAndNoMore) {
  for (const Card& card : known_cards()) {
    for (const VgpuType* const type : time_sliced(card)) {
      std::vector<Ask> asks;
      // Where no source tells the most, memory does.
      const std::uint32_t most = type->most == 0 ? card.gib / type->gib : type->most;
      for (std::uint32_t vf = 0; vf <= most; ++vf) {
        asks.push_back({.vf = vf, .type = type});
      }
      ASSERT_EQ(fault_of(card, Mode::equal, {}, {}, asks), "") << type->name;
      const Fit answer = fit(card, Mode::equal, {}, {}, asks);
      ASSERT_EQ(answer.refused.size(), 1U) << type->name;
      EXPECT_EQ(answer.refused[0].vf, most) << type->name;
    }
  }
}

TEST(FitEqual, SaysWhoHasWhichSize) {
  const Card& card = *card_of(0x26b9, 0);
  const std::vector<Standing> standing{{.vf = 0, .type = find_type(card, "L40S-4Q")}};
  const std::vector<Ask> asks{{.vf = 1, .type = find_type(card, "L40S-4A")},
                              {.vf = 2, .type = find_type(card, "L40S-8Q")}};
  const Fit answer = fit(card, Mode::equal, {}, standing, asks);
  ASSERT_EQ(answer.order.size(), 1U);
  ASSERT_EQ(answer.refused.size(), 1U);
  EXPECT_EQ(answer.refused[0].why, "vf2 asks for 8 GB while vf0 has 4 GB: one size at a time");
  EXPECT_EQ(answer.refused[0].help, "give all the same size, or set heterogeneous = true");
}

TEST(FitEqual, SaysHowManyFitBesideTheOthers) {
  const Card& card = *card_of(0x26b9, 0);
  std::vector<Ask> asks;
  asks.reserve(7);
  for (std::uint32_t vf = 0; vf < 7; ++vf) {
    asks.push_back({.vf = vf, .type = find_type(card, vf == 0 ? "L40S-8A" : "L40S-8Q")});
  }
  const Fit answer = fit(card, Mode::equal, {}, {}, asks);
  ASSERT_EQ(answer.refused.size(), 1U);
  EXPECT_EQ(answer.refused[0].why, "vf6 is one too many: a GPU holds at most 6 of L40S-8Q");
  EXPECT_EQ(answer.refused[0].help, "at most 5 of L40S-8Q fit beside 1 of L40S-8A");
}

TEST(FitEqual, OffersAllTypesAtFirstAndThenThoseOfOneSize) {
  const Card& card = *card_of(0x25b6, 0x157e);
  EXPECT_EQ(what_else_fits(card, Mode::equal, {}, {}).size(), time_sliced(card).size());
  const Standing one{.vf = 0, .type = find_type(card, "A2-4Q")};
  std::string told;
  for (const auto& [type, count] : what_else_fits(card, Mode::equal, {}, {&one, 1})) {
    told += type->name + " " + std::to_string(count) + "|";
  }
  EXPECT_EQ(told, "NVIDIA A2-4Q 3|NVIDIA A2-4A 3|NVIDIA A2-4C 3|");
}

TEST(FitEqual, HasNoTypesOfGpuInstancesAndNoPlacements) {
  const Card& card = *card_of(0x2bb5, 0);
  const std::vector<Ask> asks{{.vf = 0, .type = find_type(card, "DC-1-24Q")},
                              {.vf = 1, .type = find_type(card, "DC-24Q"), .placement = 0},
                              {.vf = 2, .type = find_type(card, "DC-24Q"), .instance = 0},
                              {.vf = 3}};
  const Fit answer = fit(card, Mode::equal, {}, {}, asks);
  ASSERT_EQ(answer.refused.size(), 4U);
  EXPECT_EQ(answer.refused[0].help,
            "set mig = [\"1g.24gb+gfx\"], or choose a type without slices in its name");
  EXPECT_EQ(answer.refused[1].help, "leave placement out: the driver then finds one");
  EXPECT_EQ(answer.refused[3].why, "vf3 names no type");
}

}  // namespace

}  // namespace vfmgr::nvidia
