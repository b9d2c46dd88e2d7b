// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#pragma GCC visibility push(default)
namespace vfmgr {

/// What came of looking at a register.
enum class Look {
  value,     ///< it was read
  not_read,  ///< it lies beyond the bytes that were to be had, or nobody could map it
  unknown,   ///< it reads all ones, as where nobody answers
};

/// A part of a register, or a whole one.
struct RegisterField {
  std::string name;          ///< "total_vfs"
  std::uint32_t offset = 0;  ///< of the register, in configuration space or in its BAR
  std::uint32_t bytes = 0;   ///< of the register
  std::uint32_t low_bit = 0;
  std::uint32_t bits = 0;
  Look look = Look::not_read;
  std::uint64_t raw = 0;  ///< shifted down to bit 0; only with Look::value
  std::optional<std::uint64_t>
      in_bytes;         ///< what it comes to, of an amount of memory or a place in it
  std::string meaning;  ///< "16 GT/s", "yes", "7"; only with Look::value
};

/// An entry of one of the two lists of capabilities in configuration space.
struct Capability {
  bool extended = false;  ///< of the list from 0x100 on
  std::uint16_t id = 0;
  std::string name;          ///< "Single Root I/O Virtualization"; empty: the id is not known
  std::uint32_t offset = 0;  ///< in configuration space
  std::optional<std::uint32_t> version;  ///< extended ones have one
  bool decoded = false;                  ///< else it is named, and has no fields
  std::vector<RegisterField> fields;
  /// What a vendor keeps in there, and by which layout it was decoded; or why it was not. Empty:
  /// nobody knows it.
  std::string vendor_layout;
  std::vector<RegisterField> vendor_fields;
};

/// A function's configuration space, as far as it was given out.
struct ConfigSpace {
  std::size_t bytes = 0;  ///< that were read: 64 for anybody, 256 or 4096 for root
  std::vector<RegisterField> header;
  std::vector<Capability> capabilities;  ///< in the order of the lists
  std::vector<Finding> findings;         ///< what kept something from being read
};

/// A register behind a BAR, as it was read: one dword.
struct MappedRegister {
  std::string name;          ///< as its vendor spells it: "RCC_CONFIG_MEMSIZE"
  std::uint32_t offset = 0;  ///< in the BAR
  std::string source;        ///< who says where it is
  Look look = Look::not_read;
  std::uint32_t raw = 0;  ///< all of it; only with Look::value
  std::vector<RegisterField> fields;
};

/// Registers behind one of a function's BARs.
struct MappedBar {
  std::uint32_t bar = 0;
  std::vector<MappedRegister> registers;  ///< by their offset
};

/// What was read by mapping BARs: registers alone of which a public source says that they may be
/// read, chosen by device id.
struct MappedRegisters {
  /// Of which GPUs these are registers; or why there are none. Empty: nobody knows any of this
  /// vendor's.
  std::string chosen;
  std::vector<MappedBar> bars;
  std::vector<Finding> findings;  ///< what kept them from being read
};

/// Registers of a GPU, read only.
struct Registers {
  bool simulated = false;
  Gpu gpu;
  ConfigSpace configuration;
  MappedRegisters mapped;
};

}  // namespace vfmgr
#pragma GCC visibility pop
