// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/drivers/nvidia_card.hpp"

#include <cstdint>
#include <optional>
#include <vector>

// Which vGPUs a GPU takes beside those it has, and where (OGKM kernel_vgpu_mgr.c). Pure.
namespace vfmgr::sim::nvidia {

/// The types of which one more can be made, by id.
std::vector<const Type*> creatable(const Card& card);
/// Where one more of this type would go; nothing: it can't be made. `vf` and `type` are filled in.
std::optional<Vgpu> one_more(const Card& card, const PciAddress& vf, const Type& type);
/// Whether this vGPU may stand there; where it stands it always may.
bool may_stand(const Card& card, const Vgpu& vgpu, std::uint32_t placement);
/// Whether this vGPU may run in that GPU instance.
bool may_run_in(const Card& card, const Vgpu& vgpu, std::uint32_t instance);
/// Whether its place can be read, and chosen, at all.
bool has_places(const Card& card);

}  // namespace vfmgr::sim::nvidia
