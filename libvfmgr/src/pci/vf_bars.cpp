// SPDX-License-Identifier: Apache-2.0
#include "pci/vf_bars.hpp"

#include "core/config_space/bytes.hpp"
#include "core/config_space/walk.hpp"
#include "core/numbers.hpp"
#include "core/words.hpp"
#include "pci/config_space.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vfmgr {

namespace {

using config_space::bits_of;
using config_space::number;

constexpr std::size_t kFirstLine = 7;         // include/linux/pci.h: PCI_IOV_RESOURCES
constexpr std::uint64_t kUnset = 0x20000000;  // IORESOURCE_UNSET
constexpr std::uint16_t kVfRebar = 0x24;      // PCI_EXT_CAP_ID_VF_REBAR
constexpr std::size_t kSizes = 0x04;          // PCI_REBAR_CAP, bits 31:4
constexpr std::size_t kControl = 0x08;        // PCI_REBAR_CTRL
constexpr std::size_t kEntry = 0x08;
constexpr std::uint32_t kFirstSize = 20;  // bit 0 of the sizes, and size 0, are 1 MiB
constexpr std::uint32_t kSizeBits = 28;

MemoryWindow window_in(std::string_view line) {
  const auto fields = split(line, ' ');
  const auto field = [&fields](std::size_t at) {
    return at < fields.size() ? prefixed(fields[at], 10).value_or(0) : 0;
  };
  return {.start = field(0), .end = field(1), .flags = field(2)};
}

}  // namespace

std::optional<ResizableVfBar> resizable_vf_bar(std::string_view config, std::size_t bar) {
  const auto at = find(config_space::extended_list(config), kVfRebar);
  const auto first = at ? number(config, *at + kControl, 4) : std::nullopt;
  const std::uint64_t count = first ? std::min<std::uint64_t>(bits_of(*first, 5, 3), kVfBars) : 0;
  for (std::size_t entry = 0; entry < count; ++entry) {
    const auto sizes = number(config, *at + kSizes + (kEntry * entry), 4);
    const auto control = number(config, *at + kControl + (kEntry * entry), 4);
    if (sizes && control && bits_of(*control, 0, 3) == bar) {
      const std::uint64_t size = bits_of(*control, 8, 6);
      return ResizableVfBar{.now = size < kSizeBits ? std::uint64_t{1} << (kFirstSize + size) : 0,
                            .sizes = bits_of(*sizes, 4, kSizeBits)};
    }
  }
  return std::nullopt;
}

bool MemoryWindow::placed() const {
  return start != 0 && (flags & kUnset) == 0;
}

bool MemoryWindow::unplaced() const {
  return (flags & kUnset) != 0 || (start == 0 && end != 0);
}

std::optional<MemoryWindow> bar_window(std::string_view resource, std::size_t bar) {
  const auto lines = split(resource, '\n');
  return bar < lines.size() ? std::optional(window_in(lines[bar])) : std::nullopt;
}

std::optional<std::array<MemoryWindow, kVfBars>> vf_windows(std::string_view resource) {
  const auto lines = split(resource, '\n');
  if (lines.size() < kFirstLine + kVfBars) {
    return std::nullopt;
  }
  std::array<MemoryWindow, kVfBars> windows;
  for (std::size_t bar = 0; bar < kVfBars; ++bar) {
    windows.at(bar) = window_in(lines[kFirstLine + bar]);
  }
  return windows;
}

std::uint64_t VfBarRoom::with(std::uint32_t vfs) const {
  const std::uint64_t most = vfs == 0 ? 0 : window / vfs;
  if (sizes == 0) {
    return now <= most ? now : 0;
  }
  std::uint64_t largest = 0;
  for (std::uint32_t bit = 0; bit < kSizeBits; ++bit) {
    const std::uint64_t size = std::uint64_t{1} << (kFirstSize + bit);
    if ((sizes >> bit & 1U) != 0 && size <= most) {
      largest = size;
    }
  }
  return largest;
}

std::optional<VfBarRoom> vf_bar_room(std::string_view resource,
                                     std::string_view config,
                                     std::size_t bar) {
  const auto windows = vf_windows(resource);
  const auto registers = sriov_registers(config);
  if (!windows || bar >= kVfBars || !windows->at(bar).placed() || !registers ||
      registers->total_vfs == 0) {
    return std::nullopt;
  }
  const MemoryWindow& window = windows->at(bar);
  VfBarRoom known{.window = window.bytes()};
  // iov.c:sriov_init reserves for as many VFs as the capability has, whatever sriov_totalvfs says.
  known.now = known.window / registers->total_vfs;
  if (const auto entry = resizable_vf_bar(config, bar)) {
    known.sizes = entry->sizes;
    known.now = entry->now;
  }
  return known;
}

}  // namespace vfmgr
