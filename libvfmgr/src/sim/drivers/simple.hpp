// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/driver.hpp"

namespace vfmgr::sim {

/// A driver whose sriov_configure is the core's pci_sriov_configure_simple and that removes its VFs
/// when it is unbound, as most do.
const SimDriver& simple_driver();
/// The same, and it lets the vectors of its VFs be set: the PF's facts "msix_total" for all of
/// them, "msix_each" what a VF has unasked.
const SimDriver& simple_msix_driver();
/// pci-pf-stub: the same, but it has no remove callback, so VFs stay when the PF is unbound
/// (pci-pf-stub.c; iov.c:pci_iov_remove warns of it). NVIDIA's sriov-manage rests on that.
const SimDriver& pci_pf_stub_driver();

}  // namespace vfmgr::sim
