// SPDX-License-Identifier: Apache-2.0
#include "core/config_space/capabilities.hpp"
#include "core/config_space/reader.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vfmgr::config_space {

namespace {

constexpr std::uint64_t kIo = 0x01;           // PCI_BASE_ADDRESS_SPACE_IO
constexpr std::uint64_t kIoMask = ~0x03ULL;   // PCI_BASE_ADDRESS_IO_MASK
constexpr std::uint64_t kMem64 = 0x04;        // PCI_BASE_ADDRESS_MEM_TYPE_64
constexpr std::uint64_t kMemType = 0x06;      // PCI_BASE_ADDRESS_MEM_TYPE_MASK
constexpr std::uint64_t kPrefetch = 0x08;     // PCI_BASE_ADDRESS_MEM_PREFETCH
constexpr std::uint64_t kMemMask = ~0x0fULL;  // PCI_BASE_ADDRESS_MEM_MASK

bool is_wide(std::uint64_t low) {
  return (low & kIo) == 0 && (low & kMemType) == kMem64;
}

/// How much it decodes is told only to who writes to it, which nobody here does.
std::string meaning_of(std::uint64_t bar) {
  if (bar == 0) {
    return "none";
  }
  if ((bar & kIo) != 0) {
    return fmt::format("I/O ports at {:#x}", bar & kIoMask & 0xffffffffU);
  }
  const std::uint64_t address = bar & kMemMask;
  return fmt::format("memory at {}, {}-bit, {}",
                     address == 0 ? "no address" : fmt::format("{:#x}", address),
                     is_wide(bar) ? 64 : 32,
                     (bar & kPrefetch) != 0 ? "prefetchable" : "non-prefetchable");
}

}  // namespace

void read_bars(Reader& reader, std::string_view prefix, std::size_t at, std::size_t count) {
  for (std::size_t bar = 0; bar < count; ++bar) {
    const std::size_t here = at + (bar * 4);
    const auto low = reader.value(here, 4);
    const bool wide = low && is_wide(*low) && bar + 1 < count;
    reader.add(fmt::format("{}{}", prefix, bar),
               {.name = {},
                .at = static_cast<std::uint16_t>(here),
                .bytes = static_cast<std::uint8_t>(wide ? 8 : 4),
                .meaning = meaning_of});
    bar += wide ? 1 : 0;  // the next register is the upper half of this one
  }
}

}  // namespace vfmgr::config_space
