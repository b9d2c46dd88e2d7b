// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/profile_model.hpp"
#include "core/settings.hpp"

#include <span>
#include <string>
#include <vector>

namespace vfmgr {

/// "0000:03:00.0 (Intel Arc Pro B60)".
std::string named(const Gpu& gpu);

/// Lays the layers of a GPU's tables over each other, the tables in their order. A key or value
/// that the GPU can't take is a fault and is left out. Precondition: there is a table.
Desired lay_over(const ProfileModel& profile,
                 std::span<const GpuTable* const> tables,
                 const GpuFacts& facts,
                 std::vector<Error>& faults);

/// What must be alike for all GPUs of one driver and is not, with both places.
std::vector<Error> unlike(std::span<const Desired> desired, std::span<const GpuFacts> gpus);

}  // namespace vfmgr
