// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/registers.hpp"
#include "vfmgr/units.hpp"

#include "kernel/kernel.hpp"

#include <string>
#include <string_view>

namespace vfmgr {

/// Whether the kernel has put a function to sleep, by its power/runtime_status: that word; empty:
/// it has not, or does not tell.
std::string sleep_of(const Kernel& kernel, const PciAddress& gpu);

/// Reads the registers that its vendor's table names, each by mapping the page that it is in. Looks
/// first, and maps nothing where nobody would answer: where configuration space reads ones, memory
/// decode is off, or it sleeps, now or before (`slept`) `config` was read, which wakes it for a
/// moment. What could not be read is not read, and a finding says why.
MappedRegisters read_mapped(const Kernel& kernel,
                            const Gpu& gpu,
                            std::string_view config,
                            const std::string& slept);

}  // namespace vfmgr
