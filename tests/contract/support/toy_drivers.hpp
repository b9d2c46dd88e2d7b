// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/driver.hpp"

namespace vfmgr::contract {

/// Drivers for what no shipped one does, by the names that `given driver NAME` takes:
///   limited    lowers sriov_totalvfs to 4
///   fewer      makes two VFs at most, and says nothing of it
///   refusing   refuses to make VFs with EPERM
///   clinging   refuses to take VFs away with EBUSY
///   callback-free  has no sriov_configure
///   failing    its probe fails with EIO
///   deferring  its probe wants to be asked later
///   vectored   deals out 16 MSI-X vectors, 4 to each VF unasked
///   late       its attribute late_value appears 500 ms after it was bound
sim::Drivers toy_drivers();

}  // namespace vfmgr::contract
