// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/driver.hpp"

namespace vfmgr::sim {

/// AMD's first GIM, for FirePro S7150 (GPUOpen-LibrariesAndSDKs/MxGPU-Virtualization, commit
/// b76d47a). Its PCI driver has no table of ids: it finds PFs by itself when its module is loaded
/// and is never bound to one.
const SimDriver& gim_s7150_driver();

}  // namespace vfmgr::sim
