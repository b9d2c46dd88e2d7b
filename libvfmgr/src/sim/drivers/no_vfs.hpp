// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/driver.hpp"

namespace vfmgr::sim {

/// Drivers without sriov_configure: writing a count gives ENOENT (iov.c:sriov_numvfs_store).
/// AMD's GIM: VFs are made when its module is loaded, by its parameters.
const SimDriver& gim_driver();
/// vfio-pci with enable_sriov=N, its default (vfio_pci.c). Its probe refuses functions without an
/// IOMMU group and PFs with VFs on.
const SimDriver& vfio_pci_driver();

}  // namespace vfmgr::sim
