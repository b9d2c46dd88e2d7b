// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/drivers/nvidia_card.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// GPU instances: what of them can be made beside those there are. Pure.
namespace vfmgr::sim::nvidia {

/// How NVML's place tells them: "off", "on", "1g.24gb+gfx@0 2g.48gb+gfx@6/bare".
std::string mig_text(const Card& card);
/// Makes one in the card's list. 0, or the errno that NVML's refusal becomes: EOPNOTSUPP without
/// MIG mode, EINVAL of what the GPU does not have, ENOSPC where there is no room.
int create_instance(Card& card, std::string_view profile, std::uint32_t start, bool bare);
/// Takes one out of it; `half`: only its compute instance. EINVAL: none is there; EBUSY: a vGPU
/// runs in it.
int destroy_instance(Card& card, std::uint32_t start, bool half);

}  // namespace vfmgr::sim::nvidia
