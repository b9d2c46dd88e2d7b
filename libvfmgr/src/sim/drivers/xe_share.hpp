// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/drivers/xe_card.hpp"

#include <cstdint>
#include <string_view>

// What each of `vfs` VFs gets by itself: the lesser of what is free and, from 6.19 on, of a profile
// (xe 6.17 to 7.0: xe_gt_sriov_pf_config.c; after 7.0: xe_sriov_pf_provision.c). `free` is without
// what the PF keeps.
namespace vfmgr::sim::xe {

/// GGTT of a tile.
std::uint64_t fair_ggtt(const Card& card, std::uint64_t free, std::uint32_t vfs);
/// Contexts or doorbells of a GT.
std::uint64_t fair_ids(const Card& card,
                       std::string_view quota,
                       std::uint64_t free,
                       std::uint32_t vfs);
/// VRAM of a tile, up to 7.0.
std::uint64_t fair_tile_vram(const Card& card, std::uint64_t free, std::uint32_t vfs);
/// VRAM on all tiles, after 7.0.
std::uint64_t fair_vram(const Card& card, std::uint64_t free, std::uint32_t vfs);

}  // namespace vfmgr::sim::xe
