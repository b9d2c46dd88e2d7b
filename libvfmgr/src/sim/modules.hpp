// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/machine.hpp"

#include <string>
#include <string_view>

// Kernel modules. `hidden:modules/NAME/drivers` names the PCI drivers that a module brings, and
// makes it one that modprobe finds.
namespace vfmgr::sim {

/// modprobe takes "-" and "_" in names as the same.
std::string module_name(std::string_view name);
/// A write to `module:NAME`: "load[ ARGS]" or "unload". With `half` only the first GPU is bound (or
/// unbound). 0 or an errno.
int write_module(Machine& machine, std::string_view name, std::string_view bytes, bool half);
/// The drivers that a module brings.
std::vector<std::string> drivers_of_module(const Machine& machine, std::string_view name);

}  // namespace vfmgr::sim
