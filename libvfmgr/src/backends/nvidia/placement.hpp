// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backends/nvidia/card.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace vfmgr::nvidia {

/// Where vGPUs of a type may lie on a card that mixes sizes, in GiB from its memory's beginning.
struct Placements {
  std::uint32_t size = 0;
  std::uint32_t most_equal = 0, most_mixed = 0;
  std::vector<std::uint32_t> starts;  ///< ascending: the driver takes the first that is free
};

/// None where there is no public table (96 GB, 141 GB) and for types of GPU instances.
std::optional<Placements> placements_of(const Card& card, const VgpuType& type);

}  // namespace vfmgr::nvidia
