// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vfmgr {

/// Of the SR-IOV capability, what no attribute of sysfs shows.
struct SriovRegisters {
  std::uint16_t initial_vfs = 0;
  std::uint16_t total_vfs = 0;
  bool migration_capable = false;
};

/// Looks for the SR-IOV extended capability in a function's configuration space. Nothing where
/// there is none, or where the bytes end before it: who is not root is given the first 64. Source:
/// include/uapi/linux/pci_regs.h (PCI_EXT_CAP_ID_SRIOV and its registers).
std::optional<SriovRegisters> sriov_registers(std::string_view config);

/// Of the Device Serial Number capability: eight bytes, the highest first, as lspci(8) and the
/// kernel's own serial_number file spell them ("00-11-22-33-44-55-66-77"). Nothing where there is
/// no such capability, or the bytes end before it. Source: include/uapi/linux/pci_regs.h
/// (PCI_EXT_CAP_ID_DSN), drivers/pci/pci.c:pci_get_dsn.
std::optional<std::string> device_serial(std::string_view config);

/// A table has 11 bits for its size less one.
inline constexpr std::uint32_t kMostVectors = 2048;

/// The size of a function's MSI-X table; 0 where it has no such capability. Nothing where the bytes
/// end before the list of capabilities does, or where the function does not answer. Source:
/// include/uapi/linux/pci_regs.h (PCI_CAP_ID_MSIX, PCI_MSIX_FLAGS_QSIZE).
std::optional<std::uint32_t> msix_vectors(std::string_view config);

/// A register of 32 bits in a vendor-specific extended capability, `at` bytes behind its begin.
/// Nothing where there is none of this VSEC id, or the bytes end before it. Source:
/// include/uapi/linux/pci_regs.h (PCI_EXT_CAP_ID_VNDR, PCI_VNDR_HEADER).
std::optional<std::uint32_t> vsec_register(std::string_view config,
                                           std::uint16_t id,
                                           std::size_t at);

}  // namespace vfmgr
