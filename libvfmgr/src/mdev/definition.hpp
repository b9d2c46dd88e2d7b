// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include <string>
#include <string_view>

namespace vfmgr::mdev {

/// What mdevctl is to make of a UUID on a parent (mdevctl(8): JSON with "mdev_type" and "start").
struct Definition {
  std::string type;        ///< "nvidia-558"
  bool automatic = false;  ///< made by itself as soon as the parent is there
};

/// Errors: syntax, invalid.
Result<Definition> parse_definition(std::string_view text);

}  // namespace vfmgr::mdev
