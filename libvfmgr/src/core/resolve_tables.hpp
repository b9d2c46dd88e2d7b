// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/profile_model.hpp"
#include "core/settings.hpp"

#include <span>
#include <vector>

namespace vfmgr {

/// The GPUs that a table is about on a host.
struct Found {
  std::vector<const GpuFacts*> gpus;  ///< in address order
  std::vector<Error> faults;   ///< none, too many, an address that is no PF's, an unreadable serial
  std::vector<Error> missing;  ///< too few, or not known yet
};

/// Matches, counted as `expect`, `optional` and `nth` say.
Found find_gpus_of(const GpuTable& table, std::span<const GpuFacts> gpus);

}  // namespace vfmgr
