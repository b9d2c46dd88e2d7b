// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/config_space/reader.hpp"

#include <cstdint>
#include <string_view>

namespace vfmgr::config_space {

/// What is known of a capability by its id.
struct Known {
  std::uint16_t id = 0;
  std::string_view name;
  void (*read)(Reader& reader) = nullptr;  ///< nullptr: it is named and not decoded
};

/// nullptr: no such id is known.
const Known* known_classic(std::uint16_t id);
const Known* known_extended(std::uint16_t id);

}  // namespace vfmgr::config_space
