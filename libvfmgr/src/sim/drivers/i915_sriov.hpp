// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/driver.hpp"

namespace vfmgr::sim {

/// Intel's i915 with SR-IOV, which is out of tree (mainline has no VFs). Facts of a PF: "i915_dkms"
/// (1: the tree of i915-sriov-dkms, else that of intel-gpu-i915-backports), "vram_usable" (bytes
/// that can be shared out, spares included; absent: none of its own), "tiles" (1 unless said),
/// "media_gt" (1: a GT without memory of its own behind them), "ggtt_page" (4096 unless said),
/// "iaf" (1: a fabric that keeps VFs out while enable_iaf is not 0). Of a VF: "assigned" (1: the
/// flag that legacy assignment sets). `hidden:modules/i915/options`: what the command line gives
/// its module.
const SimDriver& i915_sriov_driver();

}  // namespace vfmgr::sim
