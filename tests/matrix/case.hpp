// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/profile.hpp"

#include "backends/backend.hpp"
#include "core/profile_model.hpp"
#include "sim/driver.hpp"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vfmgr::matrix {

/// Backends and simulated drivers that a folder of cases is run with.
struct Cast {
  std::vector<const Backend*> backends;
  sim::Drivers drivers;
};

/// A story told in files: `host` (a model a line, "MODEL of 3" with
/// no more VFs than that; or a whole host file), `before.toml` (how the
/// host was cut up before; may be missing), and `profile.toml` or `teardown` (the wish). `plan.txt`
/// holds what is to be written; `refused.txt` in its place holds why nothing is. `told.txt`, where
/// there is one, holds what the plan says of itself.
struct Case {
  std::string name;
  std::filesystem::path folder;
  Cast cast;
  std::optional<Profile> before;
  std::optional<Profile> profile;  ///< none: teardown

  [[nodiscard]] const ProfileModel* wish() const { return profile ? &profile->model() : nullptr; }
};

/// All cases below a folder, by name. Errors: what is wrong with which file.
Result<std::vector<Case>> load_cases(const std::filesystem::path& folder, const Cast& cast);

/// The text of a case's host file. Errors: unknown model, unreadable file.
Result<std::string> host_text_of(const Case& story);

}  // namespace vfmgr::matrix
