// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/machine.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Dwords of configuration space, as the door's `config:GPU/OFFSET` has them. What was written
// stands below `config:`; what reads as if nobody had written it has no file there.
namespace vfmgr::sim {

/// Where a place of `config:` leads.
struct RegisterAt {
  PciAddress function;
  std::size_t at = 0;
};
/// Nothing: there is no such function, or no dword can be there.
std::optional<RegisterAt> register_at(const Machine& machine, std::string_view path);

/// What it reads, as eight hex digits; nothing: the function's configuration space ends before.
std::optional<std::string> read_register(const Machine& machine, const RegisterAt& where);

/// pci-sysfs.c:pci_write_config, of eight hex digits. An errno or 0. `half`: the lower 16 bits
/// alone are taken, or the upper ones where those stay as they are.
int write_register(Machine& machine, const RegisterAt& where, std::string_view bytes, bool half);

/// Puts what was written over a configuration space.
void put_written(const Machine& machine, const PciAddress& function, std::string& config);

}  // namespace vfmgr::sim
