// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/profile_model.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace vfmgr {

/// The rules between a profile's keys that hold on any host: an index named twice or at or above
/// `vfs`, resources that are not defined, a scope that does not have the key. All faults.
std::vector<Error> check_profile(const ProfileModel& profile);

/// The faults as one Error, ordered by file (in the order of `files`), line, column; the first
/// carries the others in `also`. Precondition: not empty.
Error join_faults(std::vector<Error> faults, std::span<const std::string_view> files);

}  // namespace vfmgr
