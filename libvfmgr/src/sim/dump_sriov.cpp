// SPDX-License-Identifier: Apache-2.0
#include "sim/dump_sriov.hpp"

#include "core/config_space/bytes.hpp"
#include "core/config_space/walk.hpp"
#include "pci/vf_bars.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vfmgr::sim {

namespace {

using config_space::number;

// include/uapi/linux/pci_regs.h
constexpr std::uint16_t kDumpedSriov = 0x10;    // PCI_EXT_CAP_ID_SRIOV
constexpr std::size_t kSriovLength = 0x40;      // PCI_EXT_CAP_SRIOV_SIZEOF
constexpr std::size_t kFirstDumpedBar = 0x24;   // PCI_SRIOV_BAR
constexpr std::uint64_t kDumpedMem64 = 0x4;     // PCI_BASE_ADDRESS_MEM_TYPE_64
constexpr std::uint64_t kDumpedPrefetch = 0x8;  // PCI_BASE_ADDRESS_MEM_PREFETCH
constexpr std::uint64_t kTypeMask = 0xf;
// A VF BAR is a multiple of a page (iov.c:sriov_init), and a dump does not tell of how many: only
// who writes to a BAR learns its size.
constexpr std::uint64_t kPage = 4096;

/// The flags that the kernel gives it, include/linux/ioport.h: IORESOURCE_MEM, _PREFETCH,
/// _SIZEALIGN, _MEM_64, and the register's own low bits.
std::uint64_t flags_of(std::uint64_t low) {
  constexpr std::uint64_t kMemory = 0x200 | 0x40000;
  return kMemory | (low & kTypeMask) | ((low & kDumpedPrefetch) != 0 ? 0x2000U : 0U) |
         ((low & kDumpedMem64) != 0 ? 0x100000U : 0U);
}

void take_bars(std::string_view config, std::size_t at, DumpedSriov& sriov) {
  for (std::size_t bar = 0; bar < sriov.bars.size(); ++bar) {
    const auto low = number(config, at + kFirstDumpedBar + (4 * bar), 4);
    // One of all zeros is not there, or has 32 bits and no address: a dump does not tell which.
    if (!low || *low == 0 || (*low & 1U) != 0) {
      continue;
    }
    const bool wide = (*low & kDumpedMem64) != 0 && bar + 1 < sriov.bars.size();
    const auto whole = number(config, at + kFirstDumpedBar + (4 * bar), wide ? 8 : 4);
    const auto resizable = resizable_vf_bar(config, bar);
    const bool size_known = resizable && resizable->now != 0;
    sriov.bars.at(bar) = {.bar = {.bar = static_cast<std::uint32_t>(bar),
                                  .bytes = size_known ? resizable->now : kPage,
                                  .flags = flags_of(*low),
                                  .sizes = size_known ? resizable->sizes : 0},
                          .address = whole.value_or(0) & ~kTypeMask,
                          .size_known = size_known};
    bar += wide ? 1 : 0;
  }
}

}  // namespace

std::optional<DumpedSriov> dumped_sriov(std::string_view config) {
  const auto at = find(config_space::extended_list(config), kDumpedSriov);
  if (!at || *at + kSriovLength > config.size()) {
    return std::nullopt;
  }
  const auto word = [config, at](std::size_t offset) {
    return static_cast<std::uint16_t>(number(config, *at + offset, 2).value_or(0));
  };
  DumpedSriov sriov{.initial = word(0x0c),
                    .total = word(0x0e),
                    .enabled = (word(0x08) & 1U) != 0 ? word(0x10) : std::uint16_t{0},
                    .offset = word(0x14),
                    .stride = word(0x16),
                    .device = word(0x1a),
                    .bars = {}};
  const bool has_room = sriov.offset > 0 && (sriov.total == 1 || sriov.stride > 0);
  if (sriov.total == 0 || sriov.total == 0xffff || !has_room) {
    return std::nullopt;
  }
  take_bars(config, *at, sriov);
  return sriov;
}

}  // namespace vfmgr::sim
