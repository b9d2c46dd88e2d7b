// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

namespace vfmgr {

// What plans call things, each in the order of its enum.
inline constexpr std::array<std::string_view, 5> kActionWords{
    "none", "create", "update", "replace", "remove"};
inline constexpr std::array<std::string_view, 6> kDisruptionWords{
    "none", "vf", "gpu", "hive", "driver", "host"};

inline constexpr std::array<std::string_view, 4> kDangerWords{
    "none", "driver_reload", "reset", "register_writes"};

}  // namespace vfmgr
