// SPDX-License-Identifier: Apache-2.0
#include "pci/config_space.hpp"

#include "core/config_space/bytes.hpp"
#include "core/config_space/capabilities.hpp"
#include "core/config_space/reader.hpp"
#include "core/config_space/walk.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vfmgr {

namespace {

using config_space::End;
using config_space::number;

// include/uapi/linux/pci_regs.h
constexpr std::uint16_t kDsn = 0x03;         // PCI_EXT_CAP_ID_DSN
constexpr std::uint16_t kSriov = 0x10;       // PCI_EXT_CAP_ID_SRIOV
constexpr std::uint16_t kVndr = 0x0b;        // PCI_EXT_CAP_ID_VNDR
constexpr std::size_t kVndrHeader = 0x04;    // PCI_VNDR_HEADER
constexpr std::uint32_t kVndrIdBits = 16;    // PCI_VNDR_HEADER_ID
constexpr std::uint32_t kVndrLengthAt = 20;  // PCI_VNDR_HEADER_LEN
constexpr std::uint32_t kVndrLengthBits = 12;
constexpr std::size_t kSriovCap = 0x04;                // PCI_SRIOV_CAP
constexpr std::uint64_t kMigrationCapable = 1U << 0U;  // PCI_SRIOV_CAP_VFM
constexpr std::size_t kInitialVf = 0x0c;               // PCI_SRIOV_INITIAL_VF
constexpr std::size_t kTotalVf = 0x0e;                 // PCI_SRIOV_TOTAL_VF
constexpr std::size_t kCommandAndStatus = 0x04;        // PCI_COMMAND, PCI_STATUS
constexpr std::uint16_t kMsix = 0x11;                  // PCI_CAP_ID_MSIX
constexpr std::size_t kMsixFlags = 0x02;               // PCI_MSIX_FLAGS
constexpr std::uint64_t kTableSizeLessOne = 0x07ff;    // PCI_MSIX_FLAGS_QSIZE

std::optional<std::size_t> extended(std::string_view config, std::uint16_t id) {
  return find(config_space::extended_list(config), id);
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
  if (!at) {
    return std::nullopt;
  }
  config_space::Reader reader(config, *at);
  config_space::read_serial_number(reader);
  std::string serial = reader.take().front().meaning;
  return serial.empty() ? std::nullopt : std::optional(std::move(serial));
}

std::optional<std::uint32_t> msix_vectors(std::string_view config) {
  const config_space::List list = config_space::classic_list(config);
  const auto at = find(list, kMsix);
  if (!at) {
    // A function that fell off the bus has no list, and nobody knows what would be in it.
    const bool gone = config_space::is_unanswered(config, kCommandAndStatus, 4);
    return list.end == End::not_read || gone ? std::nullopt : std::optional<std::uint32_t>(0);
  }
  const auto flags = number(config, *at + kMsixFlags, 2);
  return flags ? std::optional<std::uint32_t>((*flags & kTableSizeLessOne) + 1) : std::nullopt;
}

std::optional<std::uint32_t> vsec_register(std::string_view config,
                                           std::uint16_t id,
                                           std::size_t at) {
  for (const config_space::Entry& entry : config_space::extended_list(config).entries) {
    const auto header =
        entry.id == kVndr ? number(config, entry.at + kVndrHeader, 4) : std::nullopt;
    if (header && config_space::bits_of(*header, 0, kVndrIdBits) == id) {
      const bool within = at + sizeof(std::uint32_t) <=
                          config_space::bits_of(*header, kVndrLengthAt, kVndrLengthBits);
      const auto value = within ? number(config, entry.at + at, 4) : std::nullopt;
      return value ? std::optional(static_cast<std::uint32_t>(*value)) : std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace vfmgr
