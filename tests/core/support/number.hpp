// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/settings.hpp"

#include <cstdint>
#include <variant>

namespace vfmgr {

/// What a number's key was given. Precondition: it was given one.
inline std::uint64_t number(const Settings& settings, Key key) {
  return std::get<std::uint64_t>(settings.at(key).value);
}

}  // namespace vfmgr
