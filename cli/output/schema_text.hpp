// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/profile.hpp"

#include "output/style.hpp"

#include <string>
#include <vector>

namespace vgpuctl {

/// The attributes that a profile may give each of these GPUs, and what they are for.
std::string attributes_text(const vfmgr::Inventory& inventory, const Style& style);

/// Installed resources: what each is called, what it gives a VF, where it stands.
std::string resources_text(const std::vector<vfmgr::NamedResources>& resources, const Style& style);

}  // namespace vgpuctl
