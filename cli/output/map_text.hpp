// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"

#include "output/style.hpp"

#include <string>

namespace vgpuctl {

/// `show --map`: each GPU as a row of boxes, as wide as the terminal; 80 columns where there is
/// none.
std::string map_text(const vfmgr::Inventory& inventory, const Style& style);

}  // namespace vgpuctl
