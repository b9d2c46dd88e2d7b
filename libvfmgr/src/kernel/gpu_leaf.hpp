// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include <optional>
#include <string>

namespace vfmgr {

/// What a vendor's library is asked for: "mig" of "0000:3b:00.0".
struct GpuLeaf {
  PciAddress gpu;
  std::string leaf;
};

/// The two parts of `GPU/LEAF`, GPU as sysfs spells it; none: it is something else.
std::optional<GpuLeaf> gpu_leaf_of(const Place& place);

}  // namespace vfmgr
