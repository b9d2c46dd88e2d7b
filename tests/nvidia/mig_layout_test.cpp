// SPDX-License-Identifier: Apache-2.0
// Layouts of GPU instances against every way to place them.
#include "backends/nvidia/mig_layout.hpp"

#include "backends/nvidia/card.hpp"
#include "backends/nvidia/fit.hpp"
#include "nvidia/support/driver_rules.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vfmgr::nvidia {

namespace {

using test::multisets;

using Names = std::vector<std::string>;
using Layout = std::vector<Instance>;

const InstanceProfile& named_profile(const Card& card, const std::string& name) {
  return *std::ranges::find(card.profiles, name, &InstanceProfile::name);
}

bool free_for(const Card& card,
              const Layout& there,
              const InstanceProfile& profile,
              std::uint32_t start) {
  return std::ranges::none_of(there, [&](const Instance& one) {
    const std::uint32_t size = named_profile(card, one.profile).size;
    return one.start < start + profile.size && start < one.start + size;
  });
}

/// A layout of these beside what is there, found by trying every start of each.
std::optional<Layout> any_layout(const Card& card,
                                 const Layout& there,
                                 std::span<const std::string> names) {
  if (names.empty()) {
    return there;
  }
  const InstanceProfile& profile = named_profile(card, names.front());
  const auto others = std::ranges::count(there, profile.name, &Instance::profile);
  if (static_cast<std::uint32_t>(others) >= profile.most) {
    return std::nullopt;
  }
  for (const std::uint32_t start : profile.starts) {
    if (!free_for(card, there, profile, start)) {
      continue;
    }
    Layout with = there;
    with.push_back({profile.name, start});
    if (const auto rest = any_layout(card, with, names.subspan(1))) {
      return rest;
    }
  }
  return std::nullopt;
}

Names names_at(const Card& card, const std::vector<std::size_t>& which) {
  Names names;
  for (const std::size_t one : which) {
    names.push_back(card.profiles[one].name);
  }
  return names;
}

Names sorted_names(const Layout& kept, const Layout& created) {
  Names names;
  for (const Layout* const some : {&kept, &created}) {
    for (const Instance& one : *some) {
      names.push_back(one.profile);
    }
  }
  std::ranges::sort(names);
  return names;
}

/// The most that can stay of what is there, by trying every part of it; -1 where none will do.
int most_kept(const Card& card, const Layout& now, const Names& wanted, const Layout& pinned) {
  int best = -1;
  for (std::uint32_t part = 0; part < 1U << now.size(); ++part) {
    Layout kept;
    Names rest = wanted;
    bool will_do = true;
    for (std::size_t index = 0; index < now.size(); ++index) {
      const bool stays = (part >> index & 1U) != 0;
      will_do = will_do && (stays || std::ranges::count(pinned, now[index]) == 0);
      const auto name = std::ranges::find(rest, now[index].profile);
      will_do = will_do && (!stays || name != rest.end());
      if (will_do && stays) {
        rest.erase(name);
        kept.push_back(now[index]);
      }
    }
    if (will_do && std::popcount(part) > best && any_layout(card, kept, rest)) {
      best = std::popcount(part);
    }
  }
  return best;
}

std::string layout_fault(const Card& card, const Layout& now, Names wanted, const Layout& pinned) {
  const LayoutPlan plan = lay_out(card, now, wanted, pinned);
  const int best = most_kept(card, now, wanted, pinned);
  if ((best >= 0) != plan.why.empty()) {
    return plan.why.empty() ? "yes, and there is no way" : "no: " + plan.why;
  }
  if (best < 0) {
    return plan.help.empty() ? "a refusal without help" : "";
  }
  std::ranges::sort(wanted);
  if (sorted_names(plan.keep, plan.create) != wanted) {
    return "not what was wanted";
  }
  if (static_cast<int>(plan.keep.size()) != best ||
      plan.keep.size() + plan.destroy.size() != now.size()) {
    return "more than needed is destroyed";
  }
  Layout there = plan.keep;
  std::uint32_t last = 0;
  for (const Instance& one : plan.create) {
    const InstanceProfile& profile = named_profile(card, one.profile);
    if (std::ranges::count(profile.starts, one.start) == 0 ||
        !free_for(card, there, profile, one.start)) {
      return one.profile + " can't be made there";
    }
    if (profile.id < last) {
      return "a smaller one is made before a larger one";
    }
    last = profile.id;
    there.push_back(one);
  }
  return {};
}

TEST(MigLayout, IsRightForEveryWishOfUpToSevenInstances) {
  for (const std::uint16_t device : std::to_array<std::uint16_t>({0x20f1, 0x20b7, 0x2901})) {
    const Card& card = *card_of(device, 0);
    for (const auto& which : multisets(card.profiles.size(), 7)) {
      const Names wanted = names_at(card, which);
      ASSERT_EQ(layout_fault(card, {}, wanted, {}), "")
          << card.name << testing::PrintToString(wanted);
    }
  }
}

TEST(MigLayout, IsRightForEveryWishOfUpToFourInstancesOfElevenKinds) {
  const Card& card = *card_of(0x2bb5, 0);
  ASSERT_EQ(card.profiles.size(), 11U);
  for (const auto& which : multisets(card.profiles.size(), 4)) {
    const Names wanted = names_at(card, which);
    ASSERT_EQ(layout_fault(card, {}, wanted, {}), "") << testing::PrintToString(wanted);
  }
}

TEST(MigLayout, KeepsAsMuchAsAnyWayFromOneLayoutToAnother) {
  const Card& card = *card_of(0x20b7, 0);
  for (const auto& before : multisets(card.profiles.size(), 4)) {
    const auto now = any_layout(card, {}, names_at(card, before));
    if (!now) {
      continue;
    }
    for (const auto& after : multisets(card.profiles.size(), 4)) {
      const Names wanted = names_at(card, after);
      ASSERT_EQ(layout_fault(card, *now, wanted, {}), "")
          << testing::PrintToString(names_at(card, before)) << testing::PrintToString(wanted);
      const Layout pinned(now->begin(),
                          now->begin() + std::min<std::ptrdiff_t>(1, std::ssize(*now)));
      ASSERT_EQ(layout_fault(card, *now, wanted, pinned), "")
          << testing::PrintToString(names_at(card, before)) << testing::PrintToString(wanted);
    }
  }
}

TEST(MigLayout, MovesAsLittleAsItMustOnACardOfSeven) {
  const Card& card = *card_of(0x20f1, 0);
  for (const auto& before : multisets(card.profiles.size(), 3)) {
    const auto now = any_layout(card, {}, names_at(card, before));
    if (!now) {
      continue;
    }
    for (const auto& after : multisets(card.profiles.size(), 3)) {
      ASSERT_EQ(layout_fault(card, *now, names_at(card, after), {}), "")
          << testing::PrintToString(names_at(card, before))
          << testing::PrintToString(names_at(card, after));
    }
  }
}

TEST(MigLayout, LeavesAloneWhatIsAsWanted) {
  const Card& card = *card_of(0x20f1, 0);
  const Layout now{{"3g.20gb", 4}, {"1g.5gb", 0}};
  const LayoutPlan plan = lay_out(card, now, Names{"1g.5gb", "3g.20gb"}, {});
  EXPECT_EQ(plan.keep, now);
  EXPECT_TRUE(plan.destroy.empty());
  EXPECT_TRUE(plan.create.empty());
}

TEST(MigLayout, DoesNotDestroyWhatHostsAVgpuThatStays) {
  const Card& card = *card_of(0x20f1, 0);
  const Layout now{{"1g.5gb", 3}};
  const LayoutPlan away = lay_out(card, now, Names{"4g.20gb"}, now);
  EXPECT_EQ(away.why,
            "the 1g.5gb at 3 hosts a vGPU that stays, and the layout has no place for it");
  EXPECT_EQ(away.help, "add \"1g.5gb\" to the layout, or free its vGPU first");
  const LayoutPlan blocked = lay_out(card, now, Names{"4g.20gb", "1g.5gb"}, now);
  EXPECT_EQ(
      blocked.why,
      "1 of 1g.5gb, 1 of 4g.20gb do not fit on GRID A100 together, 1 of which host vGPUs that "
      "stay");
  EXPECT_EQ(lay_out(card, now, Names{"4g.20gb", "1g.5gb"}, {}).destroy, now);
}

TEST(MigLayout, SaysWhatIsWrongWithAName) {
  const Card& card = *card_of(0x20f1, 0);
  const LayoutPlan slip = lay_out(card, {}, Names{"3g.20bg"}, {});
  EXPECT_EQ(slip.why, "GRID A100 has no GPU instances '3g.20bg'");
  EXPECT_EQ(slip.help, "did you mean '3g.20gb'?");
  const LayoutPlan many = lay_out(card, {}, Names{"3g.20gb", "3g.20gb", "3g.20gb"}, {});
  EXPECT_EQ(many.why, "3 of 3g.20gb are asked for, and GRID A100 has at most 2");
}

TEST(MigLayout, AcceptsWhatIsThereOnACardWithoutATable) {
  const Card& card = *card_of(0x2bb9, 0);
  const Layout now{{"1g.42gb+gfx", 0}};
  EXPECT_EQ(lay_out(card, now, Names{"1g.42gb+gfx"}, {}).why, "");
  EXPECT_EQ(lay_out(card, now, Names{}, {}).destroy, now);
  EXPECT_EQ(lay_out(card, now, Names{"2g.84gb+gfx"}, {}).why,
            "no public table tells the GPU instances of NVIDIA RTX 6000D");
}

TEST(MigLayout, FollowsFromTheVgpusThatAreWanted) {
  const Card& card = *card_of(0x2bb5, 0);
  std::vector<const VgpuType*> wanted(5, find_type(card, "DC-1-8Q"));
  wanted.push_back(find_type(card, "DC-1-8A"));
  wanted.push_back(find_type(card, "DC-1-12Q"));
  wanted.push_back(find_type(card, "DC-2-48C"));
  wanted.push_back(find_type(card, "DC-48C"));
  EXPECT_EQ(instances_for(card, wanted),
            (Names{"2g.48gb+gfx", "1g.24gb+gfx", "1g.24gb+gfx", "1g.24gb+gfx"}));
  const Card& old = *card_of(0x20f1, 0);
  const std::vector<const VgpuType*> two(2, find_type(old, "A100-2-10C"));
  EXPECT_EQ(instances_for(old, two), (Names{"2g.10gb", "2g.10gb"}));
}

}  // namespace

}  // namespace vfmgr::nvidia
