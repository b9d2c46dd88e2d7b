// SPDX-License-Identifier: Apache-2.0
// A card keeps what it is given wherever it is plugged in: bus numbers and the order of cards are
// the firmware's to choose, and another slot or a new card moves them.
#include "vfmgr/inventory.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/units.hpp"

#include "core/attributes.hpp"
#include "core/resolve.hpp"
#include "core/settings.hpp"
#include "core/support/number.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr {
namespace {

/// Twelve cards of three kinds, each with what its kind has to tell it from the others.
std::vector<GpuFacts> cards() {
  std::vector<GpuFacts> all;
  for (std::uint32_t at = 0; at < 12; ++at) {
    GpuFacts card;
    card.gpu = {.class_code = 0x030000, .driver = "some", .numa_node = 0, .total_vfs = 16};
    card.backend = "generic";
    card.offers = {{.key = Key::vram, .scope = kScopeVf, .read_from = ""}};
    card.gpu.slot = fmt::format("slot-{}", at);
    if (at % 3 == 0) {
      card.gpu.vendor_id = 0x8086;
      card.gpu.device_id = 0xe211;
      card.gpu.model = "Arc Pro B60";
      card.gpu.serial = fmt::format("00-00-00-00-00-00-00-{:02x}", at);
    } else if (at % 3 == 1) {
      card.gpu.vendor_id = 0x10de;
      card.gpu.device_id = 0x26b9;
      card.gpu.model = "L40S";
      card.gpu.uuid = fmt::format("GPU-00000000-0000-0000-0000-{:012}", at);
    } else {
      card.gpu.vendor_id = 0x1002;
      card.gpu.device_id = static_cast<std::uint16_t>(0x7400 + at);
      card.gpu.model = fmt::format("Instinct {}", at);
    }
    all.push_back(std::move(card));
  }
  return all;
}

/// A table for each card, by the identity that it has; its number of VFs and their quota say which.
std::string profile_of(const std::vector<GpuFacts>& all) {
  std::string text = "schema = 1\n";
  for (std::size_t at = 0; at < all.size(); ++at) {
    const Gpu& gpu = all[at].gpu;
    const std::string match = gpu.serial    ? fmt::format("serial = \"{}\"", *gpu.serial)
                              : gpu.uuid    ? fmt::format("uuid = \"{}\"", *gpu.uuid)
                              : at % 2 == 0 ? fmt::format("slot = \"{}\"", *gpu.slot)
                                            : fmt::format("model = \"{}\"", gpu.model);
    text += fmt::format(
        "[[gpu]]\nmatch = {{ {} }}\nvfs = {}\nvram = {}\n", match, at + 1, (at + 1) * 4096);
  }
  return text;
}

/// What each card is given, by its place in cards().
std::map<std::size_t, std::pair<std::uint32_t, std::uint64_t>> given(
    const Resolved& resolved, const std::vector<PciAddress>& at) {
  std::map<std::size_t, std::pair<std::uint32_t, std::uint64_t>> all;
  for (const Desired& desired : resolved.desired) {
    const auto card = std::ranges::find(at, desired.gpu);
    all[static_cast<std::size_t>(card - at.begin())] = {desired.vfs.value_or(0),
                                                        number(desired.every_vf, Key::vram)};
  }
  return all;
}

TEST(ACard, KeepsWhatItIsGivenWhereverItIsPluggedIn) {
  const std::vector<GpuFacts> all = cards();
  const auto profile = Profile::parse({{.file = "p.toml", .text = profile_of(all)}});
  ASSERT_TRUE(profile.has_value()) << to_string(profile.error());
  std::map<std::size_t, std::pair<std::uint32_t, std::uint64_t>> wanted;
  for (std::size_t at = 0; at < all.size(); ++at) {
    wanted[at] = {static_cast<std::uint32_t>(at + 1), (at + 1) * 4096};
  }
  for (std::uint32_t seed = 0; seed < 1000; ++seed) {
    std::mt19937 random(seed);
    std::vector<std::uint8_t> buses(255);
    std::iota(buses.begin(), buses.end(), std::uint8_t{1});
    std::ranges::shuffle(buses, random);
    std::vector<PciAddress> at(all.size());
    std::vector<GpuFacts> host = all;
    for (std::size_t card = 0; card < all.size(); ++card) {
      at[card] = {.domain = static_cast<std::uint32_t>(random() % 3), .bus = buses[card]};
      host[card].gpu.address = at[card];
    }
    std::ranges::shuffle(host, random);
    const Resolved resolved = resolve(profile->model(), host);
    ASSERT_TRUE(resolved.faults.empty()) << seed << ": " << to_string(resolved.faults.front());
    ASSERT_TRUE(resolved.missing.empty()) << seed;
    ASSERT_EQ(given(resolved, at), wanted) << seed;
  }
}

}  // namespace
}  // namespace vfmgr
