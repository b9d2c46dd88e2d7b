// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "core/lspci_dump.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>

namespace vfmgr::sim {

/// A bridge by what its header says.
struct DumpedBridge {
  PciAddress address;
  std::uint8_t secondary = 0, subordinate = 0;
};

/// Which bridge leads to which bus of a domain.
class DumpedTree {
 public:
  explicit DumpedTree(std::span<const DumpedFunction> dump);

  /// The bridge above a function; nullptr: it is on a root bus, or its bridge is not in the dump.
  [[nodiscard]] const DumpedBridge* above(const PciAddress& function) const;
  /// What a function is as a bridge; nullptr: none.
  [[nodiscard]] const DumpedBridge* as_bridge(const PciAddress& function) const;
  /// Its directory in sysfs: "devices/pci0000:00/0000:00:01.0/0000:03:00.0".
  [[nodiscard]] std::string directory(const PciAddress& function) const;

 private:
  struct Bus {
    std::uint32_t domain = 0;
    std::uint8_t number = 0;
    friend auto operator<=>(const Bus&, const Bus&) = default;
  };
  std::map<Bus, DumpedBridge> by_bus_;
};

}  // namespace vfmgr::sim
