// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/manager.hpp"
#include "vfmgr/result.hpp"

#include "backends/backend.hpp"
#include "kernel/kernel.hpp"

#include <span>
#include <string>

namespace vfmgr {

/// The present state as a profile. Errors: as inventory; unreadable where a value can't be read.
Result<std::string> export_host(const Kernel& kernel,
                                std::span<const Backend* const> backends,
                                const Scope& scope);

}  // namespace vfmgr
