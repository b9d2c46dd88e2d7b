// SPDX-License-Identifier: Apache-2.0
#include "sim/driver.hpp"
#include "sim/drivers/gim.hpp"
#include "sim/drivers/gim_s7150.hpp"
#include "sim/drivers/i915_sriov.hpp"
#include "sim/drivers/mdev_parent.hpp"
#include "sim/drivers/no_vfs.hpp"
#include "sim/drivers/nvidia.hpp"
#include "sim/drivers/simple.hpp"
#include "sim/drivers/virtio_pci.hpp"
#include "sim/drivers/xe.hpp"

#include <array>

namespace vfmgr::sim {

Drivers shipped_drivers() {
  static const std::array<const SimDriver*, 11> shipped{&simple_driver(),
                                                        &simple_msix_driver(),
                                                        &pci_pf_stub_driver(),
                                                        &vfio_pci_driver(),
                                                        &nvidia_driver(),
                                                        &gim_driver(),
                                                        &gim_s7150_driver(),
                                                        &xe_driver(),
                                                        &i915_sriov_driver(),
                                                        &mdev_parent_driver(),
                                                        &virtio_pci_driver()};
  return shipped;
}

}  // namespace vfmgr::sim
