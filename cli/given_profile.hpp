// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/profile.hpp"
#include "vfmgr/result.hpp"

#include "context.hpp"

#include <string>
#include <vector>

namespace vgpuctl {

/// A profile as a command was given it.
struct GivenProfile {
  vfmgr::Profile profile;
  std::vector<vfmgr::ProfileText> texts;
};

/// The profile that was named on the command line; of an empty name the installed set. Errors:
/// those of read_file and Profile::parse; invalid: none was named, and none is installed.
vfmgr::Result<GivenProfile> given_profile(const Context& context, const std::string& name);

/// Reads and checks texts, with the host's installed resources. Errors: as above.
vfmgr::Result<GivenProfile> checked(const Context& context, std::vector<vfmgr::ProfileText> texts);

/// Options that take several words swallow a FILE behind them, which may be left out: a last word
/// that names a file is given back to it.
void give_back_file(std::vector<std::string>& words, std::string& file);

/// " FILE" for messages that tell how to go on; empty for the installed set.
std::string as_argument(const std::string& file);

}  // namespace vgpuctl
