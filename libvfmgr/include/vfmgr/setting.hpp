// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#pragma GCC visibility push(default)
namespace vfmgr {

/// Gives an attribute back to the driver's own choice: "default" in a profile.
struct DriverDefault {
  friend auto operator<=>(const DriverDefault&, const DriverDefault&) = default;
};

/// The value of an attribute. Numbers are bytes, microseconds (UINT64_MAX: infinite) or counts, by
/// the attribute's type. monostate: unknown (JSON null), never a made-up value.
using Setting = std::variant<std::monostate,
                             bool,
                             std::uint64_t,
                             std::string,
                             std::vector<std::string>,
                             DriverDefault>;

/// Attribute name to value, e.g. "vram" to 4294967296.
using Attributes = std::map<std::string, Setting, std::less<>>;

}  // namespace vfmgr
#pragma GCC visibility pop
