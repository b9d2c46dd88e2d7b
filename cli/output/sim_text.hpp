// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "output/style.hpp"
#include "sim/tools.hpp"

#include <span>
#include <string>

namespace vgpuctl {

/// `sim models`: what a simulated host can be made of, and on what its numbers rest.
std::string models_text(std::span<const vfmgr::sim::ModelInfo> models,
                        const Style& style,
                        bool with_reasons);

}  // namespace vgpuctl
