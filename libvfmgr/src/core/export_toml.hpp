// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/setting.hpp"

#include "core/attributes.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace vfmgr {

/// A value as it stands, and whether the driver is known to choose it again unasked.
struct ExportedValue {
  Setting value;
  bool drivers_own = false;
  friend bool operator==(const ExportedValue&, const ExportedValue&) = default;
};

using ExportedValues = std::map<Key, ExportedValue>;

/// A GPU to be written into a profile.
struct ExportedGpu {
  Gpu gpu;
  std::vector<ExportedValues> vfs;  ///< by index; a missing key is left out
  ExportedValues pf;
  std::string not_exported;  ///< why it gets no table; empty: it gets one
};

/// A profile that asks for what stands there. What all VFs have in common stands in [[gpu]], the
/// rest in [[gpu.vf]]. A key of which every value is the driver's own is a comment; where one is
/// not, all are written, since drivers choose for all VFs of a GPU or for none.
std::string export_toml(const std::vector<ExportedGpu>& gpus, bool simulated);

}  // namespace vfmgr
