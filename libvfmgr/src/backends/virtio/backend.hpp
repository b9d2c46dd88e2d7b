// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backends/backend.hpp"

namespace vfmgr {

/// Any virtio device that has SR-IOV, under virtio-pci: its VFs come through the PCI core, as the
/// generic backend makes them, where driver and device have agreed on that.
const Backend& virtio_backend();

}  // namespace vfmgr
