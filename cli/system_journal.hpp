// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace vgpuctl {

/// An entry of the system's journal. Nothing happens without fields, and where there is no
/// journald: who changes something need not have one.
void tell_journal(const std::vector<std::string>& fields);

}  // namespace vgpuctl
