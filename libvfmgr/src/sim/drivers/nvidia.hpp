// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/driver.hpp"

namespace vfmgr::sim {

/// NVIDIA's driver of the vGPU host package. It has no sriov_configure: VFs are made with the PF on
/// pci-pf-stub, and stay when the PF comes back (OGKM kernel-open/nvidia/nv-pci.c, 595). Its facts
/// are in docs/host-file.md.
const SimDriver& nvidia_driver();

}  // namespace vfmgr::sim
