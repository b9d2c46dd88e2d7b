// SPDX-License-Identifier: Apache-2.0
#include "backends/amd_gpuiov/host_driver.hpp"

#include "backends/amd_gpuiov/attrs.hpp"
#include "core/attr.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <string>

namespace vfmgr::amd_gpuiov {

bool may_have_host_driver(const Kernel& kernel) {
  return !observe(kernel, pci::named(pci::kModule, std::string(kHostDriver))).absent() ||
         !observe(kernel, place_of(kHostDriverFile, {})).absent();
}

}  // namespace vfmgr::amd_gpuiov
