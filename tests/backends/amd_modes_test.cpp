// SPDX-License-Identifier: Apache-2.0
// AMD's modes and its driver's file, as texts and numbers.
#include "backends/amd_gim/cards.hpp"
#include "backends/amd_gim/config_text.hpp"
#include "backends/amd_gim/modes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <vector>

namespace vfmgr::amd_gim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Card mi300x = *card_of(0x74a1);
const Card mi308x = *card_of(0x74a2);

TEST(AmdModes, ThatGoWithACountAreThoseOfTheDriversTable) {
  // mi300_nbio.c, the comment above mi300_nbio_is_partition_mode_combination_supported.
  EXPECT_THAT(all_for(1, mi300x), ElementsAre("NPS1 with SPX", "NPS1 with CPX", "NPS4 with CPX"));
  EXPECT_THAT(all_for(2, mi300x), ElementsAre("NPS1 with DPX", "NPS1 with CPX"));
  EXPECT_THAT(all_for(4, mi300x),
              ElementsAre("NPS1 with QPX", "NPS1 with CPX", "NPS4 with QPX", "NPS4 with CPX"));
  EXPECT_THAT(all_for(8, mi300x), ElementsAre("NPS1 with CPX", "NPS4 with CPX"));
  for (const std::uint32_t vfs : {0U, 3U, 5U, 6U, 7U, 9U, 31U}) {
    EXPECT_THAT(all_for(vfs, mi300x), IsEmpty()) << vfs;
  }
}

TEST(AmdModes, ThatTheDriverChoosesGoTogether) {
  for (const Card& card : {mi300x, mi308x}) {
    for (const std::uint32_t vfs : {1U, 2U, 4U, 8U}) {
      for (const std::uint32_t domains : {1U, 4U}) {
        const std::uint32_t chosen = default_partitions(vfs, domains, card);
        if (chosen != 0) {
          EXPECT_TRUE(go_together({.vfs = vfs, .domains = domains, .partitions = chosen}, card));
        }
      }
    }
  }
  EXPECT_EQ(default_partitions(2, 4, mi300x), 0U);
}

TEST(AmdModes, AreWordsAndNumbers) {
  EXPECT_EQ(partitions_of("CPX", mi300x), 8U);
  EXPECT_EQ(partitions_of("CPX", mi308x), 4U);
  EXPECT_EQ(partitions_of("DPX", mi308x), 2U);
  EXPECT_EQ(partitions_of("TPX", mi300x), 0U);
  EXPECT_EQ(domains_of("NPS4"), 4U);
  EXPECT_EQ(domains_of("NPS"), 0U);
  EXPECT_EQ(domains_of("NPS44"), 0U);
}

TEST(GimConfig, IsWrittenAsTheDriverWritesIt) {
  EXPECT_EQ(config_text({.vf_num = "8,4", .partitions = 8, .domains = 4}),
            "vf_num=8,4\naccelerator_partition_mode=8\nmemory_partition_mode=4\n");
}

TEST(GimConfig, IsReadAsTheDriverReadsIt) {
  const Kept kept{.vf_num = "8", .partitions = 8, .domains = 4};
  EXPECT_EQ(kept_in(config_text(kept)), kept);
  EXPECT_EQ(kept_in("vf_num 8\taccelerator_partition_mode = 8\nmemory_partition_mode=4"), kept);
  EXPECT_EQ(kept_in(""), Kept{});
  EXPECT_FALSE(kept_in("fb_option=0\nvf_num=8\n"));  // of the older gim
  EXPECT_FALSE(kept_in("vf_num"));
  EXPECT_FALSE(kept_in("memory_partition_mode=NPS4"));
}

TEST(GimConfig, SaysACountOnceWhereTheRestHaveIt) {
  EXPECT_EQ(vf_num_of(std::array<std::uint32_t, 3>{8, 8, 8}), "8");
  EXPECT_EQ(vf_num_of(std::array<std::uint32_t, 3>{8, 4, 4}), "8,4");
  EXPECT_EQ(vf_num_of(std::array<std::uint32_t, 3>{4, 4, 8}), "4,4,8");
}

}  // namespace
}  // namespace vfmgr::amd_gim
