// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"

#include <cstdint>
#include <string>
#include <vector>

// VFs that need not be told apart.
namespace vgpuctl {

/// Neighbours that differ in nothing but address and IOMMU group, in the VFs' own order.
std::vector<std::vector<const vfmgr::VfView*>> neighbours_alike(
    const std::vector<const vfmgr::VfView*>& vfs);

/// VFs that are there because it is all or none, and have no vGPU.
std::vector<const vfmgr::VfView*> spare_vfs(const vfmgr::GpuView& gpu);

/// Who uses a VF: "no", "unknown", or by name.
std::string use_of(const vfmgr::VfView& vf);

/// "vf0 … vf5" of the first and the last.
std::string span(const std::string& first, const std::string& last);

/// "0000:03:00.1 … 03:00.3": the domain is said once.
std::string addresses(const vfmgr::VfView& first, const vfmgr::VfView& last);

}  // namespace vgpuctl
