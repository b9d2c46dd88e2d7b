// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include <cstdint>
#include <optional>

namespace vfmgr {

/// A register of a function's, by where it is: what a place in `mmio:` is spelled from.
struct MmioPlace {
  PciAddress gpu;
  std::uint32_t bar = 0;
  std::uint32_t offset = 0;  ///< of a whole dword
};

/// Reads "mmio:0000:03:00.0/5/00003794": address, BAR, offset in eight hex digits. Nothing where it
/// is spelled otherwise, so that one register has one name, or where it is no aligned dword.
std::optional<MmioPlace> parse_mmio(const Place& place);

}  // namespace vfmgr
