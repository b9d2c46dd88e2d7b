// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/registers.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "engine/functions.hpp"
#include "kernel/kernel.hpp"

namespace vfmgr {

/// Reads a GPU's configuration space through the door, and decodes it; vendors add what they know
/// of their own capabilities, and which registers behind its BARs are read. Errors: no_match (the
/// function is gone); unreadable, not_permitted.
Result<Registers> read_registers(const Kernel& kernel, const Host& host, const PciAddress& gpu);

}  // namespace vfmgr
