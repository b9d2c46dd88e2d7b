// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/drivers/xe_card.hpp"
#include "sim/drivers/xe_paths.hpp"
#include "sim/machine.hpp"

#include <cstdint>

// What xe knows of its functions. Each number stands in one place: in its file of debugfs, where it
// is by GT and tile; on a host without these in the file of sriov_admin/, where GTs never differ.
// What neither shows nobody can ask for, and it isn't kept. Other files are views (xe_views.hpp).
namespace vfmgr::sim::xe {

// What a GT and a tile have in all, and what the PF keeps of it at least (xe 7.0:
// xe_gt_sriov_pf_config.c, a kernel without CONFIG_DRM_XE_DEBUG).
inline constexpr std::uint64_t kAllContexts = 65535;
inline constexpr std::uint64_t kAllDoorbells = 256;
inline constexpr std::uint64_t kAllGgtt = 0xFEE00000;
inline constexpr std::uint64_t kLeastContexts = 256;
inline constexpr std::uint64_t kLeastGgtt = 64ULL << 20U;
inline constexpr std::uint64_t kLeastVram = 128ULL << 20U;

/// 0 is nothing, infinite, low; a spare that no file shows is the least.
std::uint64_t value(const Machine& machine, const Card& card, const Item& item);
void set_value(Machine& machine, const Card& card, const Item& item, std::uint64_t number);
/// The same number on all GTs of a function.
void set_on_all_gts(Machine& machine, const Card& card, const Item& item, std::uint64_t number);

/// A VF's VRAM on all tiles; setting it gives each tile the same.
std::uint64_t vram_of(const Machine& machine, const Card& card, std::uint32_t vf);
void set_vram_of(Machine& machine, const Card& card, std::uint32_t vf, std::uint64_t bytes);

/// Of a name the sum over VFs on a unit, VF `but` left out.
std::uint64_t used(const Machine& machine, const Card& card, const Item& but);

/// Whether somebody has written to debugfs, so that the driver neither provisions nor releases.
bool is_custom(const Machine& machine, const Card& card);
void set_custom(Machine& machine, const Card& card, bool custom);

}  // namespace vfmgr::sim::xe
