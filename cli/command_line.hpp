// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace vgpuctl {

/// Reads the command line, does what it says, and returns the exit status.
int run(int argument_count, const char* const* arguments);

}  // namespace vgpuctl
