// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
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

}  // namespace vfmgr
