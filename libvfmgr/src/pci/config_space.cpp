// SPDX-License-Identifier: Apache-2.0
#include "pci/config_space.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr {

namespace {

// include/uapi/linux/pci_regs.h
constexpr std::size_t kExtended = 0x100;  // PCI_CFG_SPACE_SIZE
constexpr std::uint32_t kDsn = 0x03;      // PCI_EXT_CAP_ID_DSN
constexpr std::size_t kDsnLow = 0x04;     // pci_get_dsn: the lower half first
constexpr std::size_t kDsnHigh = 0x08;
constexpr std::uint32_t kSriov = 0x10;                 // PCI_EXT_CAP_ID_SRIOV
constexpr std::size_t kSriovCap = 0x04;                // PCI_SRIOV_CAP
constexpr std::uint32_t kMigrationCapable = 1U << 0U;  // PCI_SRIOV_CAP_VFM
constexpr std::size_t kInitialVf = 0x0c;               // PCI_SRIOV_INITIAL_VF
constexpr std::size_t kTotalVf = 0x0e;                 // PCI_SRIOV_TOTAL_VF
// drivers/pci/pci.c:pci_find_next_ext_capability: a capability has 8 bytes at least.
constexpr int kMostCapabilities = (4096 - 256) / 8;
constexpr std::size_t kCommandAndStatus = 0x04;      // PCI_COMMAND, PCI_STATUS
constexpr std::uint32_t kHasList = 0x10U << 16U;     // PCI_STATUS_CAP_LIST
constexpr std::size_t kFirstCapability = 0x34;       // PCI_CAPABILITY_LIST
constexpr std::size_t kHeaderBytes = 0x40;           // PCI_STD_HEADER_SIZEOF
constexpr std::uint32_t kMsix = 0x11;                // PCI_CAP_ID_MSIX
constexpr std::uint32_t kNoCapability = 0xff;        // drivers/pci/pci.h: the end of a broken list
constexpr std::uint32_t kTableSizeLessOne = 0x07ff;  // PCI_MSIX_FLAGS_QSIZE, of the upper half
constexpr int kMostSteps = 48;                       // drivers/pci/pci.h:PCI_FIND_CAP_TTL

/// Little-endian, `bytes` long; nothing past the end.
std::optional<std::uint32_t> number(std::string_view config, std::size_t at, std::size_t bytes) {
  if (at > config.size() || config.size() - at < bytes) {
    return std::nullopt;
  }
  std::uint32_t value = 0;
  for (std::size_t i = bytes; i > 0; --i) {
    value = (value << 8U) | static_cast<unsigned char>(config[at + i - 1]);
  }
  return value;
}

/// The offset of an extended capability: 16 bits of id, 4 of version, 12 of where the next one is.
std::optional<std::size_t> extended(std::string_view config, std::uint32_t id) {
  std::size_t at = kExtended;
  for (int seen = 0; seen < kMostCapabilities && at >= kExtended; ++seen) {
    const auto header = number(config, at, 4);
    if (!header || *header == 0 || *header == ~std::uint32_t{0}) {
      return std::nullopt;
    }
    if ((*header & 0xffffU) == id) {
      return at;
    }
    at = (*header >> 20U) & 0xffcU;
  }
  return std::nullopt;
}

}  // namespace

std::optional<SriovRegisters> sriov_registers(std::string_view config) {
  const auto at = extended(config, kSriov);
  if (!at) {
    return std::nullopt;
  }
  const auto abilities = number(config, *at + kSriovCap, 4);
  const auto initial = number(config, *at + kInitialVf, 2);
  const auto total = number(config, *at + kTotalVf, 2);
  if (!abilities || !initial || !total) {
    return std::nullopt;
  }
  return SriovRegisters{.initial_vfs = static_cast<std::uint16_t>(*initial),
                        .total_vfs = static_cast<std::uint16_t>(*total),
                        .migration_capable = (*abilities & kMigrationCapable) != 0};
}

std::optional<std::string> device_serial(std::string_view config) {
  const auto at = extended(config, kDsn);
  const auto low = at ? number(config, *at + kDsnLow, 4) : std::nullopt;
  const auto high = at ? number(config, *at + kDsnHigh, 4) : std::nullopt;
  if (!low || !high) {
    return std::nullopt;
  }
  std::string text;
  for (const std::uint32_t half : {*high, *low}) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      text += fmt::format("{}{:02x}", text.empty() ? "" : "-", (half >> shift) & 0xffU);
    }
  }
  return text;
}

std::optional<std::uint32_t> msix_vectors(std::string_view config) {
  const auto status = number(config, kCommandAndStatus, 4);
  if (!status || *status == ~std::uint32_t{0}) {
    return std::nullopt;
  }
  if ((*status & kHasList) == 0) {
    return 0;
  }
  auto at = number(config, kFirstCapability, 1);
  for (int seen = 0; seen < kMostSteps && at; ++seen) {
    *at &= 0xfcU;
    if (*at < kHeaderBytes) {
      return 0;
    }
    const auto header = number(config, *at, 4);
    if (!header) {
      return std::nullopt;
    }
    if ((*header & 0xffU) == kMsix) {
      return ((*header >> 16U) & kTableSizeLessOne) + 1;
    }
    if ((*header & 0xffU) == kNoCapability) {
      return 0;
    }
    at = (*header >> 8U) & 0xffU;
  }
  return at ? std::optional<std::uint32_t>(0) : std::nullopt;
}

}  // namespace vfmgr
