// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backends/nvidia/card.hpp"
#include "backends/nvidia/fit.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace vfmgr::nvidia {

/// "at least 8GiB, series Q": a type by what it is for.
struct SizeWish {
  std::uint64_t bytes = 0;
  char series = 0;
};
std::optional<SizeWish> parse_size_wish(std::string_view text);

/// The smallest type of that series that is large enough and that the mode can have: with MIG one
/// for these instances. nullptr: there is none.
const VgpuType* choose_type(const Card& card,
                            const SizeWish& wish,
                            Mode mode,
                            std::span<const Instance> layout);

}  // namespace vfmgr::nvidia
