// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/profile_model.hpp"
#include "core/settings.hpp"

#include <string>
#include <vector>

namespace vfmgr {

/// "0000:03:00.0 (Intel Arc Pro B60)".
std::string named(const Gpu& gpu);

/// Lays a table's layers over each other for one GPU. A key or value that the GPU can't take is a
/// fault and is left out.
Desired lay_over(const ProfileModel& profile,
                 const GpuTable& table,
                 const GpuFacts& facts,
                 std::vector<Error>& faults);

}  // namespace vfmgr
