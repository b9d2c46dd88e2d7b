// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"

#include <string>

namespace vgpuctl {

/// `show --svg`: the GPUs as a picture that stands for itself: no scripts, no fonts and no links;
/// for light and dark backgrounds.
std::string svg_picture(const vfmgr::Inventory& inventory);

}  // namespace vgpuctl
