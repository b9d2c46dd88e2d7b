// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia/size_wish.hpp"

#include "vfmgr/units.hpp"

#include "backends/nvidia/card.hpp"
#include "backends/nvidia/fit.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>

namespace vfmgr::nvidia {

std::optional<SizeWish> parse_size_wish(std::string_view text) {
  constexpr std::string_view kAtLeast = "at least ";
  constexpr std::string_view kSeries = ", series ";
  constexpr std::array kLetters{'A', 'B', 'C', 'Q'};
  const std::size_t comma = text.find(kSeries);
  if (!text.starts_with(kAtLeast) || comma == std::string_view::npos ||
      comma + kSeries.size() + 1 != text.size() ||
      std::ranges::find(kLetters, text.back()) == kLetters.end()) {
    return std::nullopt;
  }
  const auto bytes = parse_bytes(text.substr(kAtLeast.size(), comma - kAtLeast.size()));
  return bytes ? std::optional(SizeWish{.bytes = bytes->count, .series = text.back()})
               : std::nullopt;
}

const VgpuType* choose_type(const Card& card,
                            const SizeWish& wish,
                            Mode mode,
                            std::span<const Instance> layout) {
  const VgpuType* best = nullptr;
  for (const VgpuType& type : card.types) {
    const bool in_mode =
        mode == Mode::mig
            ? std::ranges::find(layout, type.instance, &Instance::profile) != layout.end()
            : type.instance.empty();
    if (!in_mode || type.series != wish.series || type.bytes < wish.bytes) {
      continue;
    }
    if (best == nullptr ||
        std::tuple(type.bytes, type.slices) < std::tuple(best->bytes, best->slices)) {
      best = &type;
    }
  }
  return best;
}

}  // namespace vfmgr::nvidia
