// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include <string>
#include <string_view>

namespace vgpuctl {

/// The bytes of a file that was named on the command line; "-" is standard input. Errors: invalid
/// (no such file, a folder, more than 16 MiB), not_permitted, io.
vfmgr::Result<std::string> read_file(const std::string& name);

/// Writes a file whole or not at all: beside it first, then renamed over it. Errors: invalid (no
/// such folder), not_permitted, io.
vfmgr::Result<void> save_file(const std::string& name, std::string_view text);

}  // namespace vgpuctl
