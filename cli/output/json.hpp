// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/profile.hpp"

#include "sim/tools.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace vgpuctl {

// The documents of `vgpuctl --json` that are not about a host; all others are the library's
// (vfmgr/json.hpp).

/// `sim models`.
std::string models_to_json(std::span<const vfmgr::sim::ModelInfo> models);
/// `sim dump`: the text as one string; bytes that are no UTF-8 come out as U+FFFD.
std::string dump_to_json(std::string_view dump);
/// The other `sim` commands: what was done to which host file.
std::string done_to_json(std::string_view file, std::string_view done);

/// `validate`, of what is valid: the files, in the order in which they count.
std::string valid_to_json(std::span<const vfmgr::ProfileText> files,
                          std::size_t tables,
                          bool simulated);

}  // namespace vgpuctl
