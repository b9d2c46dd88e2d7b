// SPDX-License-Identifier: Apache-2.0
// Mixed sizes: fit()'s answer against every way there is, and its order against the driver's rules.
#include "backends/nvidia/card.hpp"
#include "backends/nvidia/fit.hpp"
#include "backends/nvidia/placement.hpp"
#include "backends/nvidia/type_list.hpp"
#include "nvidia/support/driver_rules.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace vfmgr::nvidia {

namespace {

using test::fault_of;
using test::multisets;

/// One type of each size, the largest first. The sizes of 20 and 32 GB cards come from a card of
/// another name, for no table has ids of such.
std::vector<const VgpuType*> one_of_each_size(const Card& card) {
  std::vector<const VgpuType*> types;
  for (const VgpuType& type : card.types) {
    const bool known =
        std::ranges::any_of(types, [&](const VgpuType* one) { return one->gib == type.gib; });
    if (!known && placements_of(card, type)) {
      types.push_back(&type);
    }
  }
  std::ranges::sort(types, std::ranges::greater{}, &VgpuType::gib);
  return types;
}

std::vector<std::uint32_t> starts_on(const Card& card, const VgpuType& type) {
  return placements_of(card, type).value().starts;
}

Card made_up(std::uint32_t gib, const std::vector<int>& sizes) {
  std::vector<Listed> listed;
  listed.reserve(sizes.size());
  for (const int size : sizes) {
    listed.push_back({static_cast<std::uint32_t>(size), "NVIDIA X-" + std::to_string(size) + "C"});
  }
  return with_listed({.name = "NVIDIA X", .gib = gib, .mixes = true}, listed);
}

/// One card of each table of placements.
std::vector<Card> cards_with_tables() {
  std::vector<Card> cards{made_up(20, {20, 10, 5, 4, 2, 1}),
                          made_up(32, {32, 16, 8, 4, 2, 1}),
                          made_up(64, {64, 32, 16, 8, 4})};
  for (const std::uint16_t device :
       std::to_array<std::uint16_t>({0x2235, 0x26b9, 0x2236, 0x20f1, 0x20b2, 0x2321})) {
    cards.push_back(*card_of(device, 0));
  }
  cards.push_back(*card_of(0x25b6, 0x157e));
  return cards;
}

std::vector<Ask> asks_of(const std::vector<const VgpuType*>& types,
                         const std::vector<std::size_t>& which,
                         bool small_first) {
  std::vector<Ask> asks;
  asks.reserve(which.size());
  for (const std::size_t one : which) {
    asks.push_back({.vf = static_cast<std::uint32_t>(asks.size()), .type = types[one]});
  }
  if (small_first) {
    std::ranges::reverse(asks);
  }
  return asks;
}

std::string shown(const Card& card,
                  const std::vector<Standing>& standing,
                  const std::vector<Ask>& asks) {
  std::string text = card.name + " " + std::to_string(card.gib) + ":";
  for (const Standing& one : standing) {
    text += " [" + one.type->name + " at " + std::to_string(one.placement.value_or(0)) + "]";
  }
  for (const Ask& one : asks) {
    text += " " + one.type->name + (one.placement ? "@" + std::to_string(*one.placement) : "");
  }
  return text;
}

TEST(FitMixed, IsRightForEverySmallMixOnEveryCard) {
  for (const Card& card : cards_with_tables()) {
    const auto types = one_of_each_size(card);
    ASSERT_GE(types.size(), 5U) << card.name;
    for (const auto& which : multisets(types.size(), 4)) {
      for (const bool small_first : {false, true}) {
        const auto asks = asks_of(types, which, small_first);
        ASSERT_EQ(fault_of(card, Mode::mixed, {}, {}, asks), "") << shown(card, {}, asks);
      }
    }
  }
}

TEST(FitMixed, IsRightForMixesOfFiveLargeOnes) {
  for (const Card& card : cards_with_tables()) {
    auto types = one_of_each_size(card);
    types.resize(std::min<std::size_t>(types.size(), 6));
    for (const auto& which : multisets(types.size(), 5)) {
      const auto asks = asks_of(types, which, true);
      ASSERT_EQ(fault_of(card, Mode::mixed, {}, {}, asks), "") << shown(card, {}, asks);
    }
  }
}

TEST(FitMixed, IsRightBesideOneThatStaysAnywhere) {
  for (const Card& card : cards_with_tables()) {
    const auto types = one_of_each_size(card);
    for (const VgpuType* const there : types) {
      for (const std::uint32_t start : starts_on(card, *there)) {
        const std::vector<Standing> standing{{.vf = 9, .type = there, .placement = start}};
        for (const auto& which : multisets(types.size(), 2)) {
          const auto asks = asks_of(types, which, false);
          ASSERT_EQ(fault_of(card, Mode::mixed, {}, standing, asks), "")
              << shown(card, standing, asks);
        }
      }
    }
  }
}

TEST(FitMixed, IsRightWhereOneNamesItsPlace) {
  for (const Card& card : cards_with_tables()) {
    const auto types = one_of_each_size(card);
    for (const VgpuType* const there : types) {
      for (const std::uint32_t start : starts_on(card, *there)) {
        for (const auto& which : multisets(types.size(), 2)) {
          auto asks = asks_of(types, which, false);
          asks.push_back({.vf = 9, .type = there, .placement = start});
          ASSERT_EQ(fault_of(card, Mode::mixed, {}, {}, asks), "") << shown(card, {}, asks);
        }
      }
    }
  }
}

/// Mixes that nearly fill the card, by chance but the same each time. What is asked for lay there
/// once, so there is a way.
TEST(FitMixed, FindsTheWayThatAFullCardShows) {
  std::mt19937 dice(1);  // NOLINT: the same each time is the point
  for (const Card& card : cards_with_tables()) {
    const auto types = one_of_each_size(card);
    for (int round = 0; round < 60; ++round) {
      std::vector<Ask> asks;
      std::vector<Standing> standing;
      std::uint32_t at = 0;
      while (at < card.gib && asks.size() < 30) {
        const VgpuType* const type = types[dice() % types.size()];
        const auto starts = starts_on(card, *type);
        const auto start = std::ranges::lower_bound(starts, at);
        if (start == starts.end()) {
          ++at;
          continue;
        }
        const auto vf = static_cast<std::uint32_t>(asks.size() + standing.size());
        if (dice() % 5 == 0) {
          standing.push_back({.vf = vf, .type = type, .placement = *start});
        } else {
          asks.push_back({.vf = vf, .type = type});
        }
        at = *start + type->gib;
      }
      std::ranges::shuffle(asks, dice);
      test::DriverRules driver(card, Mode::mixed, {});
      for (const Standing& one : standing) {
        driver.stands(one);
      }
      const Fit answer = fit(card, Mode::mixed, {}, standing, asks);
      ASSERT_TRUE(answer.refused.empty()) << shown(card, standing, asks);
      for (const Seat& seat : answer.order) {
        ASSERT_TRUE(driver.create(seat.vf, *std::ranges::find(asks, seat.vf, &Ask::vf)->type))
            << shown(card, standing, asks);
        ASSERT_EQ(driver.place_of(seat.vf), seat.placement) << shown(card, standing, asks);
      }
    }
  }
}

TEST(FitMixed, HoldsAsManyOfOneTypeAsItsTableSays) {
  for (const Card& card : cards_with_tables()) {
    for (const auto& [type, count] : what_else_fits(card, Mode::mixed, {}, {})) {
      const auto places = placements_of(card, *type);
      EXPECT_EQ(count, places ? places->most_mixed : card.gib / type->gib) << type->name;
    }
  }
}

TEST(FitMixed, SaysWhatIsThereAndWhatStillFits) {
  const Card& card = *card_of(0x26b9, 0);
  const std::vector<Standing> standing{
      {.vf = 0, .type = find_type(card, "L40S-24Q"), .placement = 0}};
  const std::vector<Ask> asks{{.vf = 1, .type = find_type(card, "L40S-16Q")},
                              {.vf = 2, .type = find_type(card, "L40S-16Q")}};
  const Fit answer = fit(card, Mode::mixed, {}, standing, asks);
  ASSERT_EQ(answer.refused.size(), 1U);
  EXPECT_EQ(answer.refused[0].vf, 2U);
  EXPECT_EQ(answer.refused[0].why,
            "vf2 finds no place for L40S-16Q in the 48 GB of NVIDIA L40S beside 1 of L40S-24Q and "
            "1 of L40S-16Q");
  EXPECT_EQ(answer.refused[0].help,
            "at most 1 of L40S-16Q fit beside 1 of L40S-24Q; 1 more of L40S-8Q would");
}

TEST(FitMixed, RefusesAPlacementThatIsNoneOfTheTypes) {
  const Card& card = *card_of(0x26b9, 0);
  const std::vector<Ask> asks{{.vf = 3, .type = find_type(card, "L40S-8Q"), .placement = 8}};
  const Fit answer = fit(card, Mode::mixed, {}, {}, asks);
  ASSERT_EQ(answer.refused.size(), 1U);
  EXPECT_EQ(answer.refused[0].why,
            "vf3 asks for placement 8, and L40S-8Q may begin at 0, 16, 24, 40");
  EXPECT_EQ(answer.refused[0].help, "leave placement out: the driver then finds one");
}

TEST(FitMixed, OnlyAddsUpSizesWhereNoTableIsPublic) {
  const Card& card = *card_of(0x2bb5, 0);
  const VgpuType* const half = find_type(card, "DC-48Q");
  const VgpuType* const small = find_type(card, "DC-2B");
  EXPECT_EQ(placements_of(card, *half), std::nullopt);
  const std::vector<Ask> fill{{.vf = 0, .type = half}, {.vf = 1, .type = half}};
  EXPECT_TRUE(fit(card, Mode::mixed, {}, {}, fill).refused.empty());
  // 2 GiB count three there: sixteen fill the other half.
  std::vector<Ask> asks{{.vf = 0, .type = half}};
  for (std::uint32_t vf = 1; vf <= 17; ++vf) {
    asks.push_back({.vf = vf, .type = small});
  }
  const Fit answer = fit(card, Mode::mixed, {}, {}, asks);
  ASSERT_EQ(answer.refused.size(), 1U);
  EXPECT_EQ(answer.refused[0].vf, 17U);
  EXPECT_EQ(answer.order.front().placement, std::nullopt);
}

TEST(FitMixed, IsNotForACardOfOneSize) {
  const Card card =
      with_listed(*card_of(0x2901, 0), std::vector<Listed>{{99, "NVIDIA B200X-180C"}});
  const std::vector<Ask> asks{{.vf = 0, .type = find_type(card, "99")}};
  EXPECT_EQ(fit(card, Mode::mixed, {}, {}, asks).refused.size(), 1U);
  EXPECT_TRUE(fit(card, Mode::equal, {}, {}, asks).refused.empty());
}

}  // namespace

}  // namespace vfmgr::nvidia
