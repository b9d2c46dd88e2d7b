// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/xe_share.hpp"

#include "sim/drivers/xe_card.hpp"
#include "sim/drivers/xe_paths.hpp"
#include "sim/drivers/xe_state.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string_view>

namespace vfmgr::sim::xe {

namespace {

constexpr std::uint64_t kMiB = 1ULL << 20U;
constexpr std::uint64_t kGiB = 1ULL << 30U;
constexpr std::uint64_t kProfileGgtt = 3584 * kMiB;  // 3.5 GiB

/// A PF that only manages its VFs leaves more to a single one; the parameter came after 7.0.
bool is_only_vf(const Card& card, std::uint32_t vfs) {
  return card.admin_only && card.release >= kVramInSysfs && vfs == 1;
}

std::uint64_t ggtt_profile(const Card& card, std::uint32_t vfs) {
  constexpr std::uint32_t kMany = 56;
  if (is_only_vf(card, vfs)) {
    return kProfileGgtt;
  }
  return vfs > kMany ? 56 * kMiB : std::bit_floor(kProfileGgtt / vfs);
}

}  // namespace

std::uint64_t fair_ggtt(const Card& card, std::uint64_t free, std::uint32_t vfs) {
  std::uint64_t share = free / vfs;
  if (card.release >= kModes) {
    share = std::min(share, ggtt_profile(card, vfs));
  }
  return share / card.ggtt_page * card.ggtt_page;
}

std::uint64_t fair_ids(const Card& card,
                       std::string_view quota,
                       std::uint64_t free,
                       std::uint32_t vfs) {
  const std::uint64_t share = free / vfs;
  if (card.release < kModes) {
    return share;
  }
  if (quota == kContexts) {
    return std::min<std::uint64_t>(
        share, is_only_vf(card, vfs) ? 64512 : std::bit_floor(kAllContexts / vfs));
  }
  return std::min<std::uint64_t>(
      share, is_only_vf(card, vfs) ? 240 : std::bit_floor(kAllDoorbells / (vfs + 1)));
}

std::uint64_t fair_tile_vram(const Card& card, std::uint64_t free, std::uint32_t vfs) {
  std::uint64_t share = free / vfs;
  if (card.floors_vram) {
    share = std::bit_floor(share);  // before 95c1cfa3
  }
  return share / Card::vram_page() * Card::vram_page();
}

std::uint64_t fair_vram(const Card& card, std::uint64_t free, std::uint32_t vfs) {
  const std::uint64_t unit = Card::vram_page() * card.tiles;
  const std::uint64_t whole = (card.vram - std::min(card.vram, kLeastVram)) / kGiB * kGiB;
  const std::uint64_t profile =
      is_only_vf(card, vfs) ? whole : std::bit_floor(whole / (std::uint64_t{vfs} + 1));
  return std::min(profile, free / vfs) / unit * unit;
}

}  // namespace vfmgr::sim::xe
