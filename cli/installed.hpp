// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/profile.hpp"
#include "vfmgr/result.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace vgpuctl {

// Where profiles are installed: the main file and its drop-ins, by the rules of the UAPI group's
// configuration files specification (UAPI.6). Below `root` there are /etc, /run and /usr/lib, the
// earlier ones above the later: a file hides those of the same name below it; drop-ins of all three
// are read in the order of their names alone; an empty file, or a link to /dev/null, hides and is
// nothing itself.

/// The main file's name, and what stands for it below each of the three folders.
inline constexpr const char* kProfileName = "vgpuctl/profile.toml";

/// A file of the installed set that is looked at as if it had another text.
struct InPlaceOf {
  std::string name;  ///< "profile.toml", "profile.toml.d/60-x.toml"
  vfmgr::ProfileText text;
};

/// The installed profile's texts, in the order in which they count. Empty: there is none. Errors:
/// invalid, not_permitted, io (a file that can't be read).
vfmgr::Result<std::vector<vfmgr::ProfileText>> installed_profile(
    const std::filesystem::path& root, const std::optional<InPlaceOf>& instead = {});

/// Texts of installed named resources, `vgpuctl/resources.d/*.toml`. Errors: as above.
vfmgr::Result<std::vector<vfmgr::ProfileText>> installed_resources(
    const std::filesystem::path& root);

}  // namespace vgpuctl
