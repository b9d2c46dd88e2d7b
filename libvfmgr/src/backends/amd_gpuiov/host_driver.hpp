// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/kernel.hpp"

namespace vfmgr::amd_gpuiov {

/// Whether a GPU without a driver may be the host driver's, or become it: its module is loaded (the
/// first one binds none of its GPUs), or there is one to be loaded. What can't be told counts as
/// that.
bool may_have_host_driver(const Kernel& kernel);

}  // namespace vfmgr::amd_gpuiov
