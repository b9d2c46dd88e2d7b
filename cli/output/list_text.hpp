// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"

#include "output/style.hpp"

#include <string>

namespace vgpuctl {

/// `list`: one line a GPU, and why one of them can make no VFs.
std::string list_text(const vfmgr::Inventory& inventory, const Style& style);
/// `list --vfs`: the GPUs again, and a line for each of their VFs.
std::string list_vfs_text(const vfmgr::Inventory& inventory, const Style& style);
/// What is said where no GPU can be cut up.
std::string nothing_here_text(const vfmgr::Inventory& inventory, const Style& style);

}  // namespace vgpuctl
