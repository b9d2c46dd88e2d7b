// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "completion.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace vgpuctl {

/// The kind of an argument that is the host file itself, as of the `sim` commands.
inline constexpr std::string_view kHostFile = "VFHOST";

// What is on a host, for completion: the host in `host_file`, or this machine where that is empty.
// Reads what anybody may read, without a lock; what can't be read adds nothing.

/// GPUs by address, and by model where that is unique.
void add_gpus(const std::string& host_file, bool all_classes, std::vector<Candidate>& words);
/// VFs by address and as GPU/N.
void add_vfs(const std::string& host_file, bool all_classes, std::vector<Candidate>& words);
/// What `sim create` makes hosts of.
void add_models(std::vector<Candidate>& words);

}  // namespace vgpuctl
