// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"

#include "backends/backend.hpp"
#include "engine/functions.hpp"
#include "kernel/kernel.hpp"

#include <optional>
#include <span>

namespace vfmgr {

/// This host's own unit of the same GPUs under this backend; none: there is no such unit now.
std::optional<Unit> own_unit(const Kernel& kernel,
                             const Backend& backend,
                             const Host& host,
                             const Unit& saved);

/// A saved plan as it may be run here: its units are this host's own, every place is as the plan
/// saw it, and its steps are those that this build itself makes from there to the plan's target.
/// Whoever held a VF then may have gone: who uses what is to be asked anew.
/// Errors: stale, with the first difference; invalid, where somebody else made the steps.
Result<Plan> as_saved(const Kernel& kernel,
                      std::span<const Backend* const> backends,
                      const Host& host,
                      const Plan& saved);

}  // namespace vfmgr
