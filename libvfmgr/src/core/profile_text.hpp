// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/profile_model.hpp"

#include <string_view>
#include <vector>

namespace vfmgr {

struct ParsedProfile {
  ProfileModel model;
  std::vector<Error> faults;
};

/// Reads a profile's texts, in TOML or JSON: syntax, known keys, types and units, each fault at its
/// place. Rules between keys are check_profile's. Of a text that can't be read only the first
/// fault comes back, beside the other texts' faults. `installed`: texts of named resources that
/// stand apart from any profile; they are read where a profile names one of them.
ParsedProfile parse_profile(const std::vector<ProfileText>& texts,
                            const std::vector<ProfileText>& installed);

/// Reads texts of installed resources, and nothing else.
ParsedProfile parse_installed(const std::vector<ProfileText>& installed);

/// Whether a name is one of installed resources: it has a slash in it.
bool is_installed_name(std::string_view name);

}  // namespace vfmgr
