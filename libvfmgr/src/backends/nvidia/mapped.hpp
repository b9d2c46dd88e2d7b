// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"

#include "backends/mapped.hpp"

namespace vfmgr::nvidia {

/// Which registers behind BAR 0 may be read on an NVIDIA GPU, by its device id; none on one that no
/// table has. Pure.
MappedChoice mapped_registers(const Gpu& gpu);

}  // namespace vfmgr::nvidia
