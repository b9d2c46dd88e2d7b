// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/driver.hpp"

namespace vfmgr::sim {

/// virtio-pci, and on the virtio device that it brings (`virtioN/`) the driver of its kind, which
/// always finds it. Facts of a PF: "virtio_device" (the kind: 1 network, 16 GPU), "virtio_features"
/// (the bits that are negotiated; bit 37 is the PF's alone), "virtio_capsets" (of a GPU: how many
/// its file in debugfs tells of; absent: there is no debugfs). Of a VF: "assigned", as for
/// i915-sriov.
const SimDriver& virtio_pci_driver();

}  // namespace vfmgr::sim
