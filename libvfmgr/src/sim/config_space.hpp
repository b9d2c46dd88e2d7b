// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/machine.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The configuration space of functions: what reading their `config` gives (pci-sysfs.c:
// pci_read_config).
namespace vfmgr::sim {

/// Of a function whose fact `config` has the bytes of a real one: these. Of another PF as many as
/// PCI Express has, made from what the host says of it: ids, BARs of its VFs, serial number. Either
/// way the SR-IOV capability is as the function is now. Nothing: the host says nothing of it.
std::optional<std::string> config_of(const Machine& machine, const PciAddress& function);

/// The same by a path in sys where the host has no file.
std::optional<std::string> config_at(const Machine& machine, std::string_view path);

/// Bytes as the fact spells them, "4096 0:8680… 34:40": how many there are, and those that are not
/// zero, from where on, in hex. Nothing: it is malformed.
std::optional<std::string> parse_config(std::string_view text);
std::string spell_config(std::string_view bytes);

/// Writes a little-endian number; what lies beyond the end is left out.
void put_number(std::string& config, std::size_t at, std::uint64_t value, std::size_t bytes);

/// The head of an extended capability.
void put_extended(std::string& config, std::size_t at, std::uint16_t id, std::size_t next);

}  // namespace vfmgr::sim
