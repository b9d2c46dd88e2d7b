// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/profile_model.hpp"

#include <vector>

namespace vfmgr {

/// Reads profiles: syntax, known keys, types and units, each fault at its place. Rules between keys
/// are check_profile's. All faults of all texts in one Error. Errors: syntax, invalid. Of a text
/// whose TOML can't be read only the first fault comes back, beside the other texts' faults.
struct ParsedProfile {
  ProfileModel model;
  std::vector<Error> faults;
};
ParsedProfile parse_profile(const std::vector<ProfileText>& texts);

}  // namespace vfmgr
