// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/registers.hpp"

#include <string_view>

namespace vfmgr::amd {

/// Adds what AMD's GPUs have in their vendor-specific capability to a configuration space that was
/// decoded, by the layout of the device's id; of an id whose layout no source tells it says so.
/// Nothing on other vendors' devices. Pure.
void read_gpuiov(const Gpu& gpu, std::string_view config, ConfigSpace& space);

}  // namespace vfmgr::amd
