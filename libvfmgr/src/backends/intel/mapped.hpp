// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"

#include "backends/mapped.hpp"

namespace vfmgr::intel {

/// Which registers behind BAR 0 may be read on an Intel GPU, by the family of its device id, which
/// PFs and VFs have alike; none on one of no family. Pure.
MappedChoice mapped_registers(const Gpu& gpu);

}  // namespace vfmgr::intel
