// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia/placement.hpp"

#include "backends/nvidia/card.hpp"
#include "backends/nvidia/sizes.hpp"

#include <cstdint>
#include <optional>

namespace vfmgr::nvidia {

std::optional<Placements> placements_of(const Card& card, const VgpuType& type) {
  const SizeRow* const row = type.slices == 0 ? size_row(card.gib, type.gib, card.ada) : nullptr;
  if (row == nullptr || row->starts.empty()) {
    return std::nullopt;
  }
  Placements places{
      .size = row->size, .most_equal = row->most_equal, .starts = starts_of(row->starts)};
  places.most_mixed = static_cast<std::uint32_t>(places.starts.size());
  return places;
}

}  // namespace vfmgr::nvidia
