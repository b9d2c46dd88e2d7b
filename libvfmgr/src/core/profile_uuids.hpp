// SPDX-License-Identifier: Apache-2.0
// A UUID names one thing in the world: which places of a profile may give one.
#pragma once

#include "vfmgr/result.hpp"

#include "core/profile_model.hpp"
#include "core/settings.hpp"

#include <span>
#include <vector>

namespace vfmgr {

/// UUIDs that are none, that would be those of several VFs, or that two VFs of a table have.
void check_uuids(const ProfileModel& profile, std::vector<Error>& faults);

/// UUIDs that a host's VFs would have in common, whichever tables they come from.
std::vector<Error> shared_uuids(std::span<const Desired> desired);

}  // namespace vfmgr
