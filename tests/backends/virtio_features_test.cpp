// SPDX-License-Identifier: Apache-2.0
// The bits of a virtio device are read by their index, and only where they are bits.
#include "backends/virtio/features.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr::test::of_virtio_features {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using virtio::Features;

std::string bits(std::size_t length, std::initializer_list<std::size_t> on) {
  std::string text(length, '0');
  for (const std::size_t bit : on) {
    text.at(bit) = '1';
  }
  return text;
}

TEST(VirtioFeatures, AreReadByIndexWhetherThereAre64Or128) {
  for (const std::size_t length : {64U, 128U}) {
    const auto features = Features::parse(bits(length, {1, 37}));
    ASSERT_TRUE(features) << length;
    EXPECT_TRUE(features->has(virtio::kSrIov));
    EXPECT_TRUE(features->has(1));
    EXPECT_FALSE(features->has(0));
    EXPECT_FALSE(features->has(38));
    // From the other end bit 37 of 64 would be here.
    EXPECT_FALSE(features->has(length - 1 - virtio::kSrIov));
  }
}

TEST(VirtioFeatures, BeyondWhatTheKernelKnowsAreOff) {
  EXPECT_FALSE(Features::parse(bits(64, {63}))->has(64));
  EXPECT_TRUE(Features::parse(bits(128, {127}))->has(127));
}

TEST(VirtioFeatures, ThatAreCutShortOrNoBitsAreNone) {
  EXPECT_FALSE(Features::parse(""));
  EXPECT_FALSE(Features::parse("0"));
  EXPECT_FALSE(Features::parse(bits(63, {37})));
  EXPECT_FALSE(Features::parse(bits(64, {37}).replace(5, 1, "2")));
  EXPECT_FALSE(Features::parse(bits(64, {37}) + "\n"));
  EXPECT_FALSE(Features::parse(bits(64, {}).replace(63, 1, std::string_view("\0", 1))));
  EXPECT_FALSE(Features::parse("0x000000213000001b" + bits(64, {})));
}

TEST(VirtioFeatures, OfAGpuHaveNamesAndTheUnknownAreNumbered) {
  EXPECT_THAT(
      virtio::gpu_features(*Features::parse(bits(64, {0, 1, 2, 3, 4, 5, 28, 32, 37}))),
      ElementsAre(
          "VIRGL", "EDID", "RESOURCE_UUID", "RESOURCE_BLOB", "CONTEXT_INIT", "BLOB_ALIGNMENT"));
  EXPECT_THAT(virtio::gpu_features(*Features::parse(bits(128, {6, 23, 24}))),
              ElementsAre("bit 6", "bit 23"));
  EXPECT_THAT(virtio::gpu_features(*Features::parse(bits(128, {}))), IsEmpty());
}

TEST(VirtioCapsets, AreCountedByTheirLineInDebugfs) {
  EXPECT_EQ(
      virtio::capsets_in("virgl            : yes\ncap sets         : 3\nscanouts         : 1\n"),
      3U);
  EXPECT_EQ(virtio::capsets_in("cap sets         : 0"), 0U);
  EXPECT_EQ(virtio::capsets_in("cap sets : many\n"), std::nullopt);
  EXPECT_EQ(virtio::capsets_in("more cap sets : 3\n"), std::nullopt);
  EXPECT_EQ(virtio::capsets_in("cap sets"), std::nullopt);
  EXPECT_EQ(virtio::capsets_in(""), std::nullopt);
}

}  // namespace
}  // namespace vfmgr::test::of_virtio_features
