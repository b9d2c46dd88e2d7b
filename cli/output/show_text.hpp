// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"

#include "output/style.hpp"

#include <string>

namespace vgpuctl {

/// `show`: everything known of GPUs and their VFs; VFs that are alike on one line.
std::string show_text(const vfmgr::Inventory& inventory, const Style& style);

}  // namespace vgpuctl
