// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "core/mmio_place.hpp"
#include "sim/machine.hpp"

#include <cstdint>
#include <optional>
#include <string>

// Registers behind BARs: what mapping a function's `resourceN` and reading a dword of it gives
// (pci-sysfs.c:pci_mmap_resource), and what keeps a host's kernel from letting it be mapped.
namespace vfmgr::sim {

struct MappedRead {
  int error = 0;      ///< errno of the mapping
  std::string bytes;  ///< four
};

/// Reads a register. ENODATA, which no kernel gives: the host does not say what stands there.
MappedRead read_mapped(const Machine& machine, const Place& place);

/// What hardware of this PF has there, by its driver's state and the facts of its model; nothing:
/// neither tells.
std::optional<std::uint32_t> register_of(const Machine& machine, const MmioPlace& where);

}  // namespace vfmgr::sim
