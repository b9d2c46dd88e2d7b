// SPDX-License-Identifier: Apache-2.0
// The steps by which quotas come to what a target names.
#pragma once

#include "vfmgr/inventory.hpp"

#include "backends/toolkit.hpp"

namespace vfmgr::intel_xe {

/// Quotas while no VF exists: of all VFs that there could be, since one quota too many takes from
/// all.
void settle_quotas_of_none(Road& road, const Gpu& pf);

/// Quotas of VFs that exist: what shrinks goes first, to make room for what grows.
void settle_quotas_of_some(Road& road, const Gpu& pf);

/// What the driver does to its VFs' values when they go and when they come, as far as it is known.
Redraws redraws(const Road& road, const Gpu& pf);

}  // namespace vfmgr::intel_xe
