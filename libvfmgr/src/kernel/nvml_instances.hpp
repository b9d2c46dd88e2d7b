// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include "kernel/nvml_abi.hpp"
#include "kernel/nvml_session.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::nvml {

/// A GPU instance, and the profile that it was made from.
struct Instance {
  GpuInstance handle = nullptr;
  std::uint32_t id = 0, start = 0;
  std::string profile;  ///< the profile's name
};

struct MigMode {
  bool current = false, pending = false;
};

/// Errors of all of these: the session's.
Result<MigMode> mig_mode_of(const Session& session, Device device);
/// In the order of their numbers. Also EOPNOTSUPP: MIG is off, and this driver tells none then.
Result<std::vector<GpuProfile>> profiles_of(const Session& session, Device device);
/// "1g.24gb+gfx": without the "MIG " that NVML puts before it.
std::string name_of(const GpuProfile& profile);
/// In the order that NVML has them in.
Result<std::vector<Placement>> placements_of(const Session& session,
                                             Device device,
                                             std::uint32_t profile);
/// None where MIG is off.
Result<std::vector<Instance>> instances_of(const Session& session, Device device);
Result<std::vector<ComputeProfile>> compute_profiles_of(const Session& session, GpuInstance of);
Result<std::vector<ComputeInstance>> compute_instances_of(const Session& session, GpuInstance of);

}  // namespace vfmgr::nvml
