// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/manager.hpp"
#include "vfmgr/report.hpp"

#include "backends/backend.hpp"
#include "engine/planner.hpp"
#include "kernel/kernel.hpp"

#include <span>

namespace vfmgr {

/// Compares the host with a profile. Reads only. Errors: all faults of the profile against this
/// host.
Result<CheckReport> compare(const Kernel& kernel,
                            std::span<const Backend* const> backends,
                            const Wish& wish,
                            const RunOptions& options);

}  // namespace vfmgr
