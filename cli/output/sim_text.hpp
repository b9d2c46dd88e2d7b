// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "output/style.hpp"
#include "sim/tools.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace vgpuctl {

/// `sim models`: what a simulated host can be made of, and on what its numbers rest.
std::string models_text(std::span<const vfmgr::sim::ModelInfo> models,
                        const Style& style,
                        bool with_reasons);

/// A host was made from a dump: how many functions it has, and what is otherwise than on the real
/// one.
std::string made_from_dump_text(std::string_view file,
                                const vfmgr::sim::MadeFromDump& made,
                                std::size_t width);

}  // namespace vgpuctl
