// SPDX-License-Identifier: Apache-2.0
#include "core/mmio_place.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "core/numbers.hpp"
#include "core/words.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <optional>

namespace vfmgr {

namespace {

constexpr std::uint64_t kMmioBars = 6;  // include/linux/pci.h: PCI_STD_NUM_BARS
constexpr std::uint64_t kMmioBytes = 4;

}  // namespace

std::optional<MmioPlace> parse_mmio(const Place& place) {
  const auto parts = split(place.path, '/');
  if (place.in != In::mmio || parts.size() != 3) {
    return std::nullopt;
  }
  const auto gpu = parse_address(parts[0]);
  const auto bar = decimal(parts[1]);
  const auto offset = hexadecimal(parts[2]);
  if (!gpu || !bar || *bar >= kMmioBars || !offset || *offset % kMmioBytes != 0) {
    return std::nullopt;
  }
  const bool as_spelled =
      place.path == fmt::format("{}/{}/{:08x}", to_string(*gpu), *bar, *offset) &&
      parts[2].size() == 8;
  return as_spelled ? std::optional(MmioPlace{.gpu = *gpu,
                                              .bar = static_cast<std::uint32_t>(*bar),
                                              .offset = static_cast<std::uint32_t>(*offset)})
                    : std::nullopt;
}

}  // namespace vfmgr
