// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"
#include "vfmgr/setting.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#pragma GCC visibility push(default)
namespace vfmgr {

/// A profile's text and the name under which messages speak of it.
struct ProfileText {
  std::string file;  ///< as the user gave it; "-" is standard input
  SharedText text;   ///< places in it share it, as long as they are there
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

/// Resources that are installed for profiles to name.
struct NamedResources {
  std::string name;                ///< as a profile names them: "FOLDER/NAME"
  std::vector<std::string> files;  ///< of which values count, in the order in which they were read
  Attributes values;
};

/// Reads texts of installed resources, in order of their names. Errors: all faults at once, as of
/// Profile::parse.
Result<std::vector<NamedResources>> named_resources(const std::vector<ProfileText>& texts);

/// The JSON Schema (draft 2020-12) of a profile, with which editors complete and check one. What
/// keys mean to each other and to a host is not in it. Ends with a newline.
std::string profile_schema();

}  // namespace vfmgr
#pragma GCC visibility pop
