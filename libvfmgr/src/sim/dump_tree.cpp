// SPDX-License-Identifier: Apache-2.0
#include "sim/dump_tree.hpp"

#include "vfmgr/units.hpp"

#include "core/config_space/bytes.hpp"
#include "core/lspci_dump.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace vfmgr::sim {

DumpedTree::DumpedTree(std::span<const DumpedFunction> dump) {
  // include/uapi/linux/pci_regs.h
  constexpr std::size_t kDumpedType = 0x0e;      // PCI_HEADER_TYPE
  constexpr std::uint64_t kTypeOfBridge = 1;     // PCI_HEADER_TYPE_BRIDGE
  constexpr std::size_t kSecondaryBus = 0x19;    // PCI_SECONDARY_BUS
  constexpr std::size_t kSubordinateBus = 0x1a;  // PCI_SUBORDINATE_BUS
  for (const DumpedFunction& function : dump) {
    const auto type = config_space::number(function.config, kDumpedType, 1);
    const auto secondary = config_space::number(function.config, kSecondaryBus, 1);
    const auto subordinate = config_space::number(function.config, kSubordinateBus, 1);
    // A bridge leads away from the root: one that does not was never set up.
    if (!type || (*type & 0x7fU) != kTypeOfBridge || !secondary || !subordinate ||
        *secondary <= function.address.bus || *subordinate < *secondary) {
      continue;
    }
    const DumpedBridge bridge{.address = function.address,
                              .secondary = static_cast<std::uint8_t>(*secondary),
                              .subordinate = static_cast<std::uint8_t>(*subordinate)};
    by_bus_.emplace(Bus{.domain = function.address.domain, .number = bridge.secondary}, bridge);
  }
}

const DumpedBridge* DumpedTree::above(const PciAddress& function) const {
  const auto found = by_bus_.find(Bus{.domain = function.domain, .number = function.bus});
  return found == by_bus_.end() ? nullptr : &found->second;
}

const DumpedBridge* DumpedTree::as_bridge(const PciAddress& function) const {
  for (const auto& [bus, bridge] : by_bus_) {
    if (bridge.address == function) {
      return &bridge;
    }
  }
  return nullptr;
}

std::string DumpedTree::directory(const PciAddress& function) const {
  std::vector<PciAddress> way{function};
  while (const DumpedBridge* const bridge = above(way.back())) {
    way.push_back(bridge->address);  // each is on a lower bus than the one before
  }
  const PciAddress& root = way.back();
  std::string path = fmt::format("devices/pci{:04x}:{:02x}", root.domain, root.bus);
  for (std::size_t at = way.size(); at > 0; --at) {
    path += "/" + vfmgr::to_string(way[at - 1]);
  }
  return path;
}

}  // namespace vfmgr::sim
