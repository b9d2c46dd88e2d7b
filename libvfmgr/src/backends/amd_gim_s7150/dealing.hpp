// SPDX-License-Identifier: Apache-2.0
// The driver deals memory out: "getvf" gives the first VF that has nothing a stretch, "relvf" takes
// one's back.
#pragma once

#include "vfmgr/inventory.hpp"

#include "backends/toolkit.hpp"

namespace vfmgr::amd_gim_s7150 {

/// For VFs that are there. Where one is to have another stretch all are dealt out anew.
void settle_memory(Road& road, const Gpu& gpu);

}  // namespace vfmgr::amd_gim_s7150
