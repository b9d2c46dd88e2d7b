// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"

#include "kernel/kernel.hpp"

#include <vector>

namespace vfmgr::virtio {

/// Of a virtio-gpu that has no SR-IOV: how such a GPU is shared instead, and what this one offers
/// to the VM that it is in. Empty: it is none, or has SR-IOV.
std::vector<Finding> inventory(const Kernel& kernel, const Gpu& gpu);

}  // namespace vfmgr::virtio
