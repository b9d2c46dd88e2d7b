// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/driver.hpp"

namespace vfmgr::sim {

/// vfio-pci with enable_sriov=N, its default (vfio_pci.c): without sriov_configure, so writing a
/// count gives ENOENT (iov.c:sriov_numvfs_store). Its probe refuses functions without an IOMMU
/// group and PFs with VFs on.
const SimDriver& vfio_pci_driver();

}  // namespace vfmgr::sim
