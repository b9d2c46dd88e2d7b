// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/registers.hpp"

#include <string_view>

namespace vfmgr::config_space {

/// Decodes what was read of a function's configuration space: any number of bytes, usually 64, 256
/// or 4096. What lies beyond them is not read, and a finding says so; what reads all ones is
/// unknown. Capabilities of vendors are left to those who know them. Pure.
ConfigSpace decode(std::string_view config);

}  // namespace vfmgr::config_space
