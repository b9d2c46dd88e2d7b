// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/manager.hpp"
#include "vfmgr/result.hpp"

#include "backends/backend.hpp"
#include "core/export_layout.hpp"
#include "kernel/kernel.hpp"

#include <span>
#include <vector>

namespace vfmgr {

/// What stands on the host's GPUs, as a profile would ask for it. Errors: as inventory; unreadable
/// where a value can't be read.
Result<std::vector<ExportedGpu>> export_host(const Kernel& kernel,
                                             std::span<const Backend* const> backends,
                                             const Scope& scope);

}  // namespace vfmgr
