// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/driver.hpp"

namespace vfmgr::sim {

/// AMD's GIM as it is today (amd/MxGPU-Virtualization 8.0.0.K): VFs are made when its module is
/// loaded, as many as vf_num says for each GPU, and none through sriov_numvfs.
const SimDriver& gim_driver();

}  // namespace vfmgr::sim
