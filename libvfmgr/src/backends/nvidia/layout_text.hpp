// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backends/nvidia/fit.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::nvidia {

/// A GPU instance as `nvml:GPU/mig` spells it: "1g.24gb+gfx@3", with "/bare" behind it while it has
/// no compute instance and so serves nobody.
struct Cut {
  Instance instance;
  bool bare = false;
  friend bool operator==(const Cut&, const Cut&) = default;
};

/// How a GPU is cut up in hardware. None: MIG is off, or on only after a reset.
std::optional<std::vector<Cut>> parse_layout(std::string_view text);
/// "on" of none, else the instances by their places.
std::string layout_text(std::vector<Cut> cuts);
/// Those that can serve somebody.
std::vector<Instance> instances_of(std::span<const Cut> cuts);

inline constexpr std::string_view kMigOff = "off";
inline constexpr std::string_view kMigOn = "on";

}  // namespace vfmgr::nvidia
