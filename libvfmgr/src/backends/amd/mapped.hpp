// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"

#include "backends/mapped.hpp"

namespace vfmgr::amd {

/// Which registers behind BAR 5 may be read on an AMD GPU, by its device id, PF or VF; none where
/// no source tells it. Pure.
MappedChoice mapped_registers(const Gpu& gpu);

}  // namespace vfmgr::amd
