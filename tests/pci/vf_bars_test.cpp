// SPDX-License-Identifier: Apache-2.0
#include "pci/vf_bars.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vfmgr::test::of_vf_bars {
namespace {

constexpr std::uint64_t kGiB = std::uint64_t{1} << 30U;

void put(std::string& config, std::size_t at, std::uint32_t value, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i, value >>= 8U) {
    config.at(at + i) = static_cast<char>(value & 0xffU);
  }
}

/// SR-IOV at 0x100 with 24 VFs; VF Resizable BAR behind it: BAR 2 of 512 MiB, which can have
/// 256 MiB to 16 GiB.
std::string function_with_resizable() {
  std::string config(4096, '\0');
  put(config, 0x100, 0x14010010U, 4);
  put(config, 0x10c, 24, 2);
  put(config, 0x10e, 24, 2);
  put(config, 0x140, 0x00010024U, 4);
  put(config, 0x144, 0x7f00U << 4U, 4);
  put(config, 0x148, 2U | (1U << 5U) | (9U << 8U), 4);
  return config;
}

/// Thirteen lines, as a kernel with CONFIG_PCI_IOV prints them: `line9` is the window of VF BAR 2.
std::string resource(std::string_view line9) {
  const std::string none = "0x0000000000000000 0x0000000000000000 0x0000000000000000\n";
  std::string text;
  for (int line = 0; line < 13; ++line) {
    text += line == 9 ? std::string(line9) + "\n" : none;
  }
  return text;
}

// 12 GiB
constexpr std::string_view kWindow = "0x0000002000000000 0x00000022ffffffff 0x000000000014220c";

TEST(VfBar, GrowsAsFewerVfsShareItsWindow) {
  const auto bar = vf_bar_room(resource(kWindow), function_with_resizable(), 2);
  ASSERT_TRUE(bar);
  EXPECT_EQ(bar->window, 12 * kGiB);
  EXPECT_EQ(bar->now, kGiB / 2);
  EXPECT_EQ(bar->with(1), 8 * kGiB);
  EXPECT_EQ(bar->with(2), 4 * kGiB);
  EXPECT_EQ(bar->with(3), 4 * kGiB);
  EXPECT_EQ(bar->with(4), 2 * kGiB);
  EXPECT_EQ(bar->with(24), kGiB / 2);
  EXPECT_EQ(bar->with(48), kGiB / 4);
  EXPECT_EQ(bar->with(49), 0U) << "the least that it can have does not fit so often";
  EXPECT_EQ(bar->with(0), 0U);
}

TEST(VfBar, StaysAsItIsWithoutTheCapability) {
  std::string config = function_with_resizable();
  put(config, 0x100, 0x00010010U, 4);  // the list ends before it
  const auto bar = vf_bar_room(resource(kWindow), config, 2);
  ASSERT_TRUE(bar);
  EXPECT_EQ(bar->sizes, 0U);
  EXPECT_EQ(bar->now, kGiB / 2) << "of the window each of the 24 has a part";
  EXPECT_EQ(bar->with(1), kGiB / 2);
}

TEST(VfBar, IsNotKnownWhereItsSizeIsNot) {
  const std::string config = function_with_resizable();
  EXPECT_FALSE(vf_bar_room(resource(kWindow), config.substr(0, 64), 2)) << "who is not root";
  EXPECT_FALSE(vf_bar_room(resource(kWindow), config, 0)) << "there is no VF BAR 0";
  EXPECT_FALSE(vf_bar_room(resource(kWindow), config, 6)) << "there are six";
  EXPECT_FALSE(vf_bar_room("", config, 2));
  EXPECT_FALSE(
      vf_bar_room(resource("0x0000000000000000 0x00000002ffffffff 0x000000002014220c"), config, 2))
      << "the kernel found no place for it";
}

TEST(VfBar, HasTheEntryOfItsOwnIndex) {
  std::string config = function_with_resizable();
  put(config, 0x148, 0U | (2U << 5U) | (4U << 8U), 4);  // two entries: VF BAR 0 has 16 MiB …
  put(config, 0x14c, 0x0300U << 4U, 4);                 // … and VF BAR 2 can have 256 or 512 MiB
  put(config, 0x150, 2U | (8U << 8U), 4);
  const auto entry = resizable_vf_bar(config, 2);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->sizes, 0x0300U);
  EXPECT_EQ(entry->now, kGiB / 4);
  EXPECT_FALSE(resizable_vf_bar(config, 4));
}

TEST(VfWindows, AreThoseOfAKernelThatKnowsVfs) {
  EXPECT_FALSE(vf_windows("0x0 0x0 0x0\n0x0 0x0 0x0\n")) << "built without CONFIG_PCI_IOV";
  const auto windows = vf_windows(resource(kWindow));
  ASSERT_TRUE(windows);
  EXPECT_TRUE(windows->at(2).placed());
  EXPECT_FALSE(windows->at(0).placed());
  EXPECT_FALSE(windows->at(0).unplaced()) << "there is none";
}

}  // namespace
}  // namespace vfmgr::test::of_vf_bars
