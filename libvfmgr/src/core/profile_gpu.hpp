// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/profile_model.hpp"
#include "core/profile_values.hpp"
#include "core/text_tree.hpp"

namespace vfmgr {

/// Reads one [[gpu]] with its [gpu.pf] and [[gpu.vf]]. Faults go to the reading; what could be read
/// comes back.
GpuTable read_gpu(const Reading& reading, const TreeNode& node);

}  // namespace vfmgr
