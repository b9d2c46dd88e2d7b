// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace vfmgr::config_space {

// include/uapi/linux/pci_regs.h
inline constexpr std::size_t kHeaderBytes = 0x40;     // PCI_STD_HEADER_SIZEOF: what anybody reads
inline constexpr std::size_t kExtendedBegin = 0x100;  // PCI_CFG_SPACE_SIZE
inline constexpr std::size_t kMostBytes = 0x1000;     // PCI_CFG_SPACE_EXP_SIZE

/// An entry of a list of capabilities.
struct Entry {
  std::uint16_t id = 0;
  std::uint16_t at = 0;
  std::uint8_t version = 0;  ///< of an extended one
};

/// How a list ends.
enum class End {
  whole,     ///< as lists do
  not_read,  ///< the bytes that were read end before it
  broken,    ///< it leads back to where it was, to where no capability can be, or reads all ones
};

struct List {
  std::vector<Entry> entries;
  End end = End::whole;
  std::size_t at = 0;  ///< where it breaks off, or what was not read
};

/// The list from PCI_CAPABILITY_LIST on. Each place is visited once.
List classic_list(std::string_view config);
/// The list from 0x100 on: none where only 256 bytes are there.
List extended_list(std::string_view config);
/// The place of the first one with this id.
std::optional<std::size_t> find(const List& list, std::uint16_t id);

}  // namespace vfmgr::config_space
