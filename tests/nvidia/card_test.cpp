// SPDX-License-Identifier: Apache-2.0
// The tables agree with themselves, and with what the sources count.
#include "backends/nvidia/card.hpp"

#include "backends/nvidia/placement.hpp"
#include "backends/nvidia/type_list.hpp"
#include "backends/nvidia/type_name.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::nvidia {

namespace {

const Card& card_by_id(std::uint16_t device, std::uint16_t subsystem = 0) {
  return *card_of(device, subsystem);
}

/// "4C:6 6C:4 1-6C:4": the most of each type, in the order of the table.
std::string mosts(const Card& card, bool in_instances) {
  std::string told;
  for (const VgpuType& type : card.types) {
    if (type.instance.empty() != in_instances) {
      const std::string_view name = short_name(type.name);
      const std::string_view prefix = short_name(card.name);
      told += std::string(name.substr(prefix.size() + 1)) + ":" + std::to_string(type.most) + " ";
    }
  }
  return told;
}

TEST(CardTable, HasEachIdOnce) {
  std::map<std::uint32_t, std::string> seen;
  std::size_t types = 0;
  for (const Card& card : known_cards()) {
    for (const VgpuType& type : card.types) {
      const auto [entry, is_new] = seen.emplace(type.id, type.name);
      EXPECT_TRUE(is_new) << type.id << " is " << entry->second << " and " << type.name;
      ++types;
    }
  }
  EXPECT_EQ(known_cards().size(), 33U);
  EXPECT_GT(types, 400U);
}

TEST(CardTable, HasNamesThatSayWhatTheTypesAre) {
  for (const Card& card : known_cards()) {
    std::set<std::string_view> names;
    for (const VgpuType& type : card.types) {
      const auto name = parse_type_name(type.name);
      ASSERT_TRUE(name) << type.name;
      EXPECT_TRUE(type.name.starts_with(card.name + "-")) << type.name;
      EXPECT_EQ(name->series, type.series) << type.name;
      EXPECT_EQ(name->slices, type.slices) << type.name;
      EXPECT_EQ(type.slices == 0, type.instance.empty()) << type.name;
      EXPECT_LE(type.bytes, card.vram) << type.name;
      // 96246 MB is what the guide gives the largest of the 94 GB cards.
      const bool odd = card.gib == 94 && short_name(type.name).ends_with("L-94C");
      EXPECT_EQ(type.bytes, odd ? std::uint64_t{96246} << 20U : name->bytes) << type.name;
      EXPECT_TRUE(names.insert(short_name(type.name)).second) << type.name;
    }
  }
}

TEST(CardTable, GivesEachTypeOfAnInstanceAProfileOfItsCard) {
  for (const Card& card : known_cards()) {
    std::set<std::uint32_t> ids;
    for (const InstanceProfile& profile : card.profiles) {
      EXPECT_TRUE(ids.insert(profile.id).second) << card.name << " " << profile.name;
      EXPECT_GE(profile.starts.size(), profile.most) << card.name << " " << profile.name;
      EXPECT_TRUE(std::ranges::is_sorted(profile.starts)) << profile.name;
    }
    EXPECT_TRUE(std::ranges::is_sorted(card.profiles, {}, &InstanceProfile::id)) << card.name;
    for (const VgpuType& type : card.types) {
      if (!type.instance.empty() && !card.profiles.empty()) {
        EXPECT_EQ(std::ranges::count(card.profiles, type.instance, &InstanceProfile::name), 1)
            << type.name << " in " << type.instance;
        EXPECT_GT(type.most_in_instance, 0U) << type.name;
      }
    }
  }
}

// nvidia-smi of an A100 of 40 GB and of an H100 NVL, in harvester/pcidevices (mig_test.go).
TEST(CardTable, NamesTheInstancesAsTheDriverDoes) {
  const auto told = [](const Card& card) {
    std::string text;
    for (const InstanceProfile& profile : card.profiles) {
      text += std::to_string(profile.id) + " " + profile.name + " " + std::to_string(profile.most) +
              "|";
    }
    return text;
  };
  EXPECT_EQ(
      told(card_by_id(0x20f1)),
      "0 7g.40gb 1|5 4g.20gb 1|9 3g.20gb 2|14 2g.10gb 3|15 1g.10gb 4|19 1g.5gb 7|20 1g.5gb+me 1|");
  EXPECT_EQ(told(card_by_id(0x2321)),
            "0 7g.94gb 1|5 4g.47gb 1|9 3g.47gb 2|14 2g.24gb 3|15 1g.24gb 4|19 1g.12gb 7|20 "
            "1g.12gb+me 1|");
  EXPECT_EQ(told(card_by_id(0x20b7)),
            "0 4g.24gb 1|5 2g.12gb 2|6 2g.12gb+me 1|14 1g.6gb 4|21 1g.6gb+me 1|");
}

// examples/config-example.yaml of NVIDIA/vgpu-device-manager.
TEST(CardTable, CountsTimeSlicedTypesAsTheSourceDoes) {
  EXPECT_EQ(mosts(card_by_id(0x2235), false),
            "1B:32 2B:24 1Q:32 2Q:24 3Q:16 4Q:12 6Q:8 8Q:6 12Q:4 16Q:3 24Q:2 48Q:1 "
            "1A:32 2A:24 3A:16 4A:12 6A:8 8A:6 12A:4 16A:3 24A:2 48A:1 "
            "4C:12 6C:8 8C:6 12C:4 16C:3 24C:2 48C:1 3B:16 ");
  EXPECT_EQ(mosts(card_by_id(0x27b8), false),
            "1B:24 2B:12 1Q:24 2Q:12 3Q:8 4Q:6 6Q:4 8Q:3 12Q:2 24Q:1 "
            "1A:24 2A:12 3A:8 4A:6 6A:4 8A:3 12A:2 24A:1 4C:6 6C:4 8C:3 12C:2 24C:1 3B:8 ");
  EXPECT_EQ(mosts(card_by_id(0x20b7), false), "4C:6 6C:4 8C:3 12C:2 24C:1 ");
  EXPECT_EQ(mosts(card_by_id(0x20f1), false), "4C:10 5C:8 8C:5 10C:4 20C:2 40C:1 ");
  EXPECT_EQ(mosts(card_by_id(0x20b5), false), "4C:20 8C:10 10C:8 16C:5 20C:4 40C:2 80C:1 ");
  EXPECT_EQ(mosts(card_by_id(0x2330), false), "4C:20 5C:16 8C:10 10C:8 16C:5 20C:4 40C:2 80C:1 ");
  EXPECT_EQ(mosts(card_by_id(0x2321), false), "4C:23 6C:15 11C:8 15C:6 23C:4 47C:2 94C:1 ");
  EXPECT_EQ(mosts(card_by_id(0x2335), false),
            "4C:32 7C:20 8C:16 14C:10 17C:8 28C:5 35C:4 70C:2 141C:1 ");
  EXPECT_EQ(mosts(card_by_id(0x2bb5), false),
            "2B:32 3Q:32 3A:32 4Q:24 4A:24 6Q:16 6A:16 8Q:12 8A:12 8C:12 12Q:8 12A:8 12C:8 16Q:6 "
            "16A:6 16C:6 24Q:4 24A:4 24C:4 32Q:3 32A:3 32C:3 48Q:2 48A:2 48C:2 96Q:1 96A:1 96C:1 "
            "3B:32 ");
}

TEST(CardTable, CountsTypesOfInstancesAsTheSourceDoes) {
  EXPECT_EQ(mosts(card_by_id(0x20b7), true), "1-6C:4 2-12C:2 4-24C:1 1-6CME:1 2-12CME:1 ");
  EXPECT_EQ(mosts(card_by_id(0x20f1), true),
            "1-5C:7 2-10C:3 3-20C:2 4-20C:1 7-40C:1 1-5CME:1 1-10C:4 ");
  EXPECT_EQ(mosts(card_by_id(0x20fd), true),
            "1-10CME:1 1-10C:7 2-20C:3 3-40C:2 4-40C:1 7-80C:1 1-20C:4 ");
  EXPECT_EQ(mosts(card_by_id(0x233b), true),
            "1-18CME:1 1-18C:7 1-35C:4 2-35C:3 3-71C:2 4-71C:1 7-141C:1 ");
  EXPECT_EQ(mosts(card_by_id(0x2941), true),
            "1-24CME:1 1-24C:7 2-47C:3 4-95C:1 1-47C:4 3-95C:2 7-189C:1 ");
  EXPECT_EQ(mosts(card_by_id(0x2bb5), true),
            "1-2Q:48 1-2A:48 1-2B:48 1-3Q:32 1-3A:32 1-4Q:24 1-4A:24 1-6Q:16 1-6A:16 1-8Q:12 "
            "1-8A:12 1-8C:12 1-12Q:8 1-12A:8 1-12C:8 1-24Q:4 1-24A:4 1-24C:4 2-12Q:8 2-12A:8 "
            "2-12C:8 2-16Q:6 2-16A:6 2-16C:6 2-24Q:4 2-24A:4 2-24C:4 2-48Q:2 2-48A:2 2-48C:2 "
            "4-24Q:4 4-24A:4 4-24C:4 4-32Q:3 4-32A:3 4-32C:3 4-48Q:2 4-48A:2 4-48C:2 4-96Q:1 "
            "4-96A:1 4-96C:1 1-3B:32 ");
}

TEST(CardTable, HasPlacementsThatLieOnTheCardAndApart) {
  std::size_t tables = 0;
  for (const Card& card : known_cards()) {
    for (const VgpuType& type : card.types) {
      const auto places = placements_of(card, type);
      if (!places) {
        // No source tells how 3 GB lie on 16.
        EXPECT_TRUE(type.slices > 0 || card.gib == 96 || card.gib == 141 ||
                    (card.gib == 16 && type.gib == 3))
            << type.name;
        continue;
      }
      ++tables;
      EXPECT_EQ(places->most_equal, type.most) << type.name;
      EXPECT_LE(places->most_mixed, places->most_equal) << type.name;
      for (std::size_t place = 0; place < places->starts.size(); ++place) {
        const std::uint32_t end = places->starts[place] + places->size;
        EXPECT_LE(end, place + 1 < places->starts.size() ? places->starts[place + 1] : card.gib)
            << type.name;
      }
    }
  }
  EXPECT_GT(tables, 150U);
}

// The vGPU 17 user guide's output of nvidia-smi vgpu -c -v.
TEST(CardTable, HasThePlacementsThatTheDriverPrints) {
  const Card& card = card_by_id(0x27b8);
  const auto places = placements_of(card, *find_type(card, "L4-6Q")).value();
  EXPECT_EQ(places.size, 6U);
  EXPECT_EQ(places.starts, (std::vector<std::uint32_t>{0, 6, 12, 18}));
}

TEST(CardTable, PlacesOneGigabyteElsewhereOnAda) {
  const Card& ampere = card_by_id(0x2235);
  const Card& ada = card_by_id(0x26b9);
  EXPECT_EQ(placements_of(ampere, *find_type(ampere, "A40-1Q"))->most_mixed, 30U);
  EXPECT_EQ(placements_of(ada, *find_type(ada, "L40S-1Q"))->most_mixed, 16U);
}

TEST(CardTable, MarksWhatNoSourceGives) {
  EXPECT_FALSE(find_type(card_by_id(0x27b8), "L4-6Q")->inferred);
  EXPECT_TRUE(find_type(card_by_id(0x27b8), "L4-8Q")->inferred);
  EXPECT_FALSE(find_type(card_by_id(0x2335), "1428")->inferred);
  EXPECT_EQ(find_type(card_by_id(0x2335), "1428")->name, "NVIDIA H200X-141C");
  EXPECT_EQ(find_type(card_by_id(0x2236), "594")->name, "NVIDIA A10-6Q");
  EXPECT_EQ(find_type(card_by_id(0x2bb5), "1561")->name, "NVIDIA RTX Pro 6000 Blackwell DC-1-24Q");
  EXPECT_EQ(find_type(card_by_id(0x2bb5), "1545")->name, "NVIDIA RTX Pro 6000 Blackwell DC-96C");
}

TEST(CardOf, KnowsABoardByItsSubsystemWhereItMust) {
  EXPECT_EQ(card_of(0x25b6, 0x14a9)->name, "NVIDIA A16");
  EXPECT_EQ(card_of(0x25b6, 0x157e)->name, "NVIDIA A2");
  EXPECT_EQ(card_of(0x25b6, 0x0000), nullptr);
}

TEST(CardOf, KnowsTheAliases) {
  EXPECT_EQ(card_of(0x20b8, 0x1581), card_of(0x20b5, 0x1533));
  EXPECT_EQ(card_of(0x20b9, 0x157f), card_of(0x20b7, 0x1532));
  EXPECT_EQ(card_of(0x20fd, 0x17f8), card_of(0x20f5, 0));
  EXPECT_EQ(card_of(0x2336, 0x16c2), card_of(0x2330, 0x16c1));
}

TEST(CardOf, DoesNotKnowOthers) {
  EXPECT_EQ(card_of(0, 0), nullptr);
  EXPECT_EQ(card_of(0x56c0, 0), nullptr);
}

TEST(FindType, TakesIdWholeNameAndShortName) {
  const Card& card = card_by_id(0x26b9);
  const VgpuType* const type = find_type(card, "NVIDIA L40S-8Q");
  ASSERT_NE(type, nullptr);
  EXPECT_EQ(find_type(card, "L40S-8Q"), type);
  EXPECT_EQ(find_type(card, std::to_string(type->id)), type);
  EXPECT_EQ(find_type(card, "l40s-8q"), type);
  EXPECT_EQ(find_type(card, "nvidia l40s-8Q"), type);
}

TEST(FindType, KnowsTheOtherSpellingOfGraphicsTypes) {
  const Card& card = card_by_id(0x2bb5);
  EXPECT_EQ(find_type(card, "DC-1-24QGFX"), find_type(card, "DC-1-24Q"));
}

TEST(FindType, TakesEitherBrand) {
  const Card& card = card_by_id(0x20b5);
  const VgpuType* const type = find_type(card, "GRID A100D-80C");
  ASSERT_NE(type, nullptr);
  EXPECT_EQ(find_type(card, "NVIDIA A100D-80C"), type);
  EXPECT_EQ(find_type(card, "Other A100D-80C"), nullptr);
}

TEST(FindType, FindsNothingElse) {
  const Card& card = card_by_id(0x26b9);
  for (const std::string_view wish :
       {"", "8Q", "L40S-9Q", "A40-8Q", "1", "4294968443", "L40S-8Q "}) {
    EXPECT_EQ(find_type(card, wish), nullptr) << wish;
  }
  const Card twice{.name = "X", .types = {{.id = 1, .name = "X-1Q"}, {.id = 2, .name = "X-1q"}}};
  EXPECT_EQ(find_type(twice, "x-1q"), nullptr);
  EXPECT_EQ(find_type(twice, "X-1q")->id, 2U);
}

TEST(WithListed, TrustsTheDriverMoreThanTheTable) {
  const std::vector<Listed> list{{2000, "NVIDIA L4-8Q"}, {916, "NVIDIA L4-99Q"}};
  const Card card = with_listed(card_by_id(0x27b8), list);
  EXPECT_EQ(find_type(card, "L4-8Q")->id, 2000U);
  EXPECT_FALSE(find_type(card, "L4-8Q")->inferred);
  EXPECT_EQ(find_type(card, "L4-8Q")->most, 3U);
  EXPECT_EQ(find_type(card, "915"), nullptr);
  // 916 was taken to be L4-12Q, whose id nobody knows now.
  EXPECT_EQ(find_type(card, "L4-12Q"), nullptr);
  EXPECT_EQ(find_type(card, "916")->name, "NVIDIA L4-99Q");
  EXPECT_EQ(find_type(card, "L4-6Q")->id, 914U);
}

TEST(WithListed, TakesTwoIdsUnderOneNameForTwoTypes) {
  const std::vector<Listed> list{{1145, "NVIDIA L40S-48Q"}, {1156, "NVIDIA L40S-48Q"}};
  const Card card = with_listed(card_by_id(0x26b9), list);
  EXPECT_EQ(find_type(card, "1145")->name, "NVIDIA L40S-48Q");
  EXPECT_EQ(find_type(card, "1156")->name, "NVIDIA L40S-48Q");
}

TEST(WithListed, KnowsSizeAndCountOfATypeThatTheTableLacks) {
  const std::vector<Listed> list{{1312, "NVIDIA H100XS-4C"}};
  const Card card = with_listed(card_by_id(0x2337), list);
  const VgpuType* const type = find_type(card, "H100XS-4C");
  ASSERT_NE(type, nullptr);
  EXPECT_EQ(type->most, 16U);
  EXPECT_EQ(placements_of(card, *type)->most_mixed, 16U);
}

TEST(CardOfList, TellsWhatNamesAloneTell) {
  const Card card =
      card_of_list(parse_type_list("ID    : vGPU Name\n"
                                   "1  : NVIDIA L40-8Q\n"
                                   "2  : NVIDIA GeForce RTX 3050\n"));
  EXPECT_EQ(card.name, "NVIDIA L40");
  EXPECT_EQ(card.gib, 0U);
  EXPECT_TRUE(card.mixes);
  EXPECT_EQ(find_type(card, "L40-8Q")->bytes, std::uint64_t{8} << 30U);
  EXPECT_EQ(find_type(card, "L40-8Q")->most, 0U);
  EXPECT_EQ(find_type(card, "2")->bytes, 0U);
  EXPECT_EQ(placements_of(card, card.types[0]), std::nullopt);
}

TEST(CardOfList, GuessesInstancesFromTheLargestTypeInThem) {
  const std::vector<Listed> list{{1, "NVIDIA New DC-1-3Q"}, {2, "NVIDIA New DC-1-24C"}};
  const Card card = card_of_list(list);
  EXPECT_EQ(card.name, "NVIDIA New DC");
  EXPECT_TRUE(card.shares_instances);
  EXPECT_EQ(card.types[0].instance, "1g.24gb+gfx");
  EXPECT_EQ(card.types[0].most_in_instance, 8U);
  const std::vector<Listed> compute{{1, "NVIDIA N-1-10CME"}, {2, "NVIDIA N-1-10C"}};
  EXPECT_EQ(card_of_list(compute).types[0].instance, "1g.10gb+me");
  EXPECT_EQ(card_of_list(compute).types[1].most_in_instance, 1U);
}

TEST(CardOfList, KnowsNothingFromNothing) {
  const Card card = card_of_list({});
  EXPECT_TRUE(card.types.empty());
  EXPECT_FALSE(card.mixes);
}

}  // namespace

}  // namespace vfmgr::nvidia
