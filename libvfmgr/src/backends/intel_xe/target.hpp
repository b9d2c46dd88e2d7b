// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"

#include "core/settings.hpp"

#include <cstdint>
#include <vector>

namespace vfmgr::intel_xe {

/// Completes quotas and scheduling of every VF that the hardware could have, enabled or not.
void complete(const Gpu& pf, const State& now, const Desired& desired, State& target);

/// Refusals of this driver's own: VRAM for some VFs and not for others, a quantum in parts of a
/// millisecond.
std::vector<Error> fits(const Gpu& pf, const State& now, const Desired& desired);

/// Every VF that the hardware could have: sriov_admin/ has a directory for each, whatever the
/// count.
std::uint32_t all_vfs(const Gpu& pf);

}  // namespace vfmgr::intel_xe
