// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/drivers/xe_card.hpp"
#include "sim/machine.hpp"

// The files that xe puts below debug:dri/ADDRESS/, in all three layouts (xe_paths.hpp has where).
// Not simulated: sched_groups of 7.0, config_blob and guc_state of debug kernels, vram_mm, and what
// has nothing to do with VFs.
namespace vfmgr::sim::xe {

/// Makes the tree with the driver's first values; none where debugfs is absent.
void make_debug(Machine& machine, const Card& card);
void remove_debug(Machine& machine, const Card& card);

}  // namespace vfmgr::sim::xe
