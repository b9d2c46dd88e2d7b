// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/drivers/xe_card.hpp"
#include "sim/drivers/xe_paths.hpp"
#include "sim/machine.hpp"

#include <cstdint>

// What each number may be set to, and what comes of more (xe 7.0: xe_gt_sriov_pf_config.c). All
// give 0 or an errno. What a VF has goes before the new amount is tried: a refused one leaves none.
namespace vfmgr::sim::xe {

/// VRAM of a VF on all tiles together, and on one.
int give_vram(Machine& machine, const Card& card, std::uint32_t vf, std::uint64_t wanted);
int give_vram_on(Machine& machine, const Card& card, const Item& item, std::uint64_t wanted);
/// GGTT on a tile.
int give_ggtt(Machine& machine, const Card& card, const Item& item, std::uint64_t wanted);
/// Contexts or doorbells on a GT.
int give_ids(Machine& machine, const Card& card, const Item& item, std::uint64_t wanted);
/// What the PF keeps for itself.
int keep_spare(Machine& machine, const Card& card, const Item& item, std::uint64_t wanted);

/// A time slice as it is kept: clamped silently.
std::uint64_t clamped_time(std::string_view name, std::uint64_t wanted);

/// What of contexts or doorbells a GT has in all.
std::uint64_t all_ids(std::string_view name);
/// What a GT has of contexts or doorbells beside VFs (VF `item.function` left out) and spare.
std::uint64_t free_ids(const Machine& machine, const Card& card, const Item& item);
/// The largest hole in a tile's GGTT, VF `item.function` left out.
std::uint64_t free_ggtt(const Machine& machine, const Card& card, const Item& item);
/// VRAM of a tile that is not anybody's quota, VF `item.function` left out.
std::uint64_t free_vram(const Machine& machine, const Card& card, const Item& item);

}  // namespace vfmgr::sim::xe
