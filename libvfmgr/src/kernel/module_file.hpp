// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"

#include "kernel/files.hpp"

#include <string>

namespace vfmgr {

/// Whether a place is `module:NAME/file`.
bool is_module_file(const Place& place);

/// The file that modprobe would load for the running kernel, as modules.dep names it. Errors:
/// ENOENT: it would find none.
Result<std::string> read_module_file(const Files& files, const Place& place);

}  // namespace vfmgr
