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

  /// A number that every model has; those of VFs only where it has SR-IOV.
  [[nodiscard]] std::uint64_t number(const std::string& which) const { return numbers.at(which); }
  /// Whether there is an SR-IOV capability: not where the number "no_sriov" is 1.
  [[nodiscard]] bool has_sriov() const {
    const auto without = numbers.find("no_sriov");
    return without == numbers.end() || without->second == 0;
  }
  /// How many VFs it can have.
  [[nodiscard]] std::uint32_t most_vfs() const {
    return has_sriov() ? static_cast<std::uint32_t>(number("total_vfs")) : 0;
  }
};

/// Reads one model file. Errors: syntax, invalid.
Result<Model> parse_model(std::string_view name, std::string_view toml);
/// All shipped models, by name.
Result<std::vector<Model>> shipped_models();

}  // namespace vfmgr::sim
