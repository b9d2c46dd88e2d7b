// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/export_layout.hpp"

#include <string>
#include <vector>

namespace vfmgr {

/// A profile in TOML that asks for what stands there. What the driver chose are comments.
std::string export_toml(const std::vector<ExportedGpu>& gpus, bool simulated);

/// The same profile in JSON, which has no comments.
std::string export_json(const std::vector<ExportedGpu>& gpus);

}  // namespace vfmgr
