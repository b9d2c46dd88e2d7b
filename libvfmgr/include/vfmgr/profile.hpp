// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#pragma GCC visibility push(default)
namespace vfmgr {

/// A profile's text and the name under which messages speak of it.
struct ProfileText {
  std::string file;  ///< as the user gave it; "-" is standard input
  std::string text;
};

struct ProfileModel;  // core/profile_model.hpp

/// A profile that was read and checked without any hardware. Cheap to copy.
class Profile {
 public:
  /// Reads texts in their order (later ones add to earlier), each in TOML or in JSON. `resources`:
  /// texts of installed resources, whose names have a slash; read where one of them is named. All
  /// faults of all files come back in one Error: the first in order of place, the others in `also`.
  /// Errors: syntax, invalid.
  static Result<Profile> parse(const std::vector<ProfileText>& texts,
                               const std::vector<ProfileText>& resources = {});

  /// How many [[gpu]] tables there are.
  [[nodiscard]] std::size_t tables() const;

  [[nodiscard]] const ProfileModel& model() const { return *model_; }

 private:
  std::shared_ptr<const ProfileModel> model_;
};

}  // namespace vfmgr
#pragma GCC visibility pop
