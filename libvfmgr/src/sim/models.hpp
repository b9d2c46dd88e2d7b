// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include "sim/resources.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::sim {

/// A driver that a host with this model has.
struct ModelDriver {
  std::string name, module, rules;
  std::string ids;      ///< "8086:e211 …": what it binds unasked
  bool loaded = false;  ///< its module is loaded on a fresh host
  std::string options;  ///< "max_vfs=7 …": what the host's command line gives its module
};

/// A GPU model: what a fresh simulated host is made of. Every number has a source or is marked as
/// assumed.
struct Model {
  std::string name;                              ///< of its file: "intel-b60"
  std::string vendor;                            ///< "Intel"
  std::string model;                             ///< "Arc Pro B60"
  std::string driver;                            ///< that its PF is bound to
  bool by_override = false;                      ///< … through driver_override
  std::map<std::string, std::uint64_t> numbers;  ///< vendor_id, device_id, class, total_vfs …
  std::map<std::string, std::string> rows;       ///< tables that become facts: vgpu_types …
  std::vector<VfBar> vf_bars;
  std::vector<ModelDriver> drivers;
  std::uint32_t sourced = 0;
  std::vector<std::string> assumptions;  ///< "total_vfs: why"

  /// A number that every model has.
  [[nodiscard]] std::uint64_t number(const std::string& which) const { return numbers.at(which); }
};

/// Reads one model file. Errors: syntax, invalid.
Result<Model> parse_model(std::string_view name, std::string_view toml);
/// All shipped models, by name.
Result<std::vector<Model>> shipped_models();

}  // namespace vfmgr::sim
