// SPDX-License-Identifier: Apache-2.0
// GPU instances: fit()'s answer against every way there is, and its order against the driver's
// rules.
#include "backends/nvidia/card.hpp"
#include "backends/nvidia/fit.hpp"
#include "nvidia/support/driver_rules.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace vfmgr::nvidia {

namespace {

using test::fault_of;
using test::multisets;

const Card& blackwell() {
  return *card_of(0x2bb5, 0);
}

std::vector<const VgpuType*> named_types(const Card& card,
                                         const std::vector<std::string_view>& names) {
  std::vector<const VgpuType*> types;
  types.reserve(names.size());
  for (const std::string_view name : names) {
    types.push_back(find_type(card, name));
  }
  return types;
}

const std::vector<std::vector<Instance>>& layouts() {
  static const std::vector<std::vector<Instance>> all{
      {},
      {{"4g.96gb+gfx", 0}},
      {{"2g.48gb+gfx", 0}, {"1g.24gb+gfx", 6}, {"1g.24gb+gfx", 9}},
      {{"1g.24gb+gfx", 0}, {"2g.48gb+gfx", 6}, {"1g.24gb", 3}},
      {{"1g.24gb+gfx", 0}, {"1g.24gb+gfx", 3}, {"1g.24gb+gfx", 6}, {"1g.24gb+gfx", 9}}};
  return all;
}

std::vector<Ask> mig_asks(const std::vector<const VgpuType*>& types,
                          const std::vector<std::size_t>& which) {
  std::vector<Ask> asks;
  asks.reserve(which.size());
  for (const std::size_t one : which) {
    asks.push_back({.vf = static_cast<std::uint32_t>(asks.size()), .type = types[one]});
  }
  return asks;
}

TEST(FitMig, IsRightForEverySmallMix) {
  const auto types = named_types(
      blackwell(),
      {"DC-1-24Q", "DC-1-12Q", "DC-1-12A", "DC-1-8C", "DC-2-48Q", "DC-2-24A", "DC-4-48Q"});
  for (const auto& layout : layouts()) {
    for (const auto& which : multisets(types.size(), 5)) {
      const auto asks = mig_asks(types, which);
      ASSERT_EQ(fault_of(blackwell(), Mode::mig, layout, {}, asks), "")
          << layout.size() << testing::PrintToString(which);
    }
  }
}

TEST(FitMig, IsRightBesideWhatStaysAndWhereOneNamesItsInstance) {
  const auto types = named_types(blackwell(), {"DC-1-24Q", "DC-1-12Q", "DC-1-8C", "DC-2-24A"});
  for (const auto& layout : layouts()) {
    for (std::uint32_t cell = 0; cell < layout.size(); ++cell) {
      for (const VgpuType* const there : types) {
        for (const auto& which : multisets(types.size(), 4)) {
          auto asks = mig_asks(types, which);
          if (layout[cell].profile == there->instance) {
            const Standing one{.vf = 9, .type = there, .instance = cell};
            ASSERT_EQ(fault_of(blackwell(), Mode::mig, layout, {&one, 1}, asks), "")
                << layout.size() << testing::PrintToString(which) << there->name << cell;
          }
          asks.push_back({.vf = 8, .type = there, .instance = cell});
          ASSERT_EQ(fault_of(blackwell(), Mode::mig, layout, {}, asks), "")
              << layout.size() << testing::PrintToString(which) << there->name << cell;
        }
      }
    }
  }
}

TEST(FitMig, PutsOneVgpuIntoAnInstanceOnOtherCards) {
  const Card& card = *card_of(0x20b2, 0);
  const std::vector<Instance> layout{
      {"3g.40gb", 4}, {"2g.20gb", 0}, {"1g.10gb", 2}, {"1g.10gb+me", 3}};
  const auto types = named_types(
      card, {"A100DX-3-40C", "A100DX-2-20C", "A100DX-1-10C", "A100DX-1-10CME", "A100DX-1-20C"});
  for (const auto& which : multisets(types.size(), 5)) {
    ASSERT_EQ(fault_of(card, Mode::mig, layout, {}, mig_asks(types, which)), "")
        << testing::PrintToString(which);
  }
}

TEST(FitMig, SaysWhichInstanceIsMissing) {
  const std::vector<Ask> asks{{.vf = 0, .type = find_type(blackwell(), "DC-1-24Q")},
                              {.vf = 1, .type = find_type(blackwell(), "DC-24Q")}};
  const Fit answer = fit(blackwell(), Mode::mig, layouts()[1], {}, asks);
  ASSERT_EQ(answer.refused.size(), 2U);
  EXPECT_EQ(answer.refused[0].why,
            "vf0 asks for DC-1-24Q, and no GPU instance 1g.24gb+gfx is laid out");
  EXPECT_EQ(answer.refused[1].why,
            "vf1 asks for DC-24Q, which lives in no GPU instance, and MIG is on");
}

TEST(FitMig, SaysWhatStillFits) {
  const std::vector<Standing> standing{
      {.vf = 0, .type = find_type(blackwell(), "DC-1-12Q"), .instance = 0}};
  const std::vector<Instance> layout{{"1g.24gb+gfx", 0}};
  const std::vector<Ask> asks{{.vf = 1, .type = find_type(blackwell(), "DC-1-24Q")}};
  const Fit answer = fit(blackwell(), Mode::mig, layout, standing, asks);
  ASSERT_EQ(answer.refused.size(), 1U);
  EXPECT_EQ(answer.refused[0].why,
            "vf1 finds no room for DC-1-24Q in the instances 1g.24gb+gfx beside 1 of DC-1-12Q");
  EXPECT_EQ(answer.refused[0].help,
            "no DC-1-24Q fits beside 1 of DC-1-12Q; 1 more of DC-1-12Q would");
}

}  // namespace

}  // namespace vfmgr::nvidia
