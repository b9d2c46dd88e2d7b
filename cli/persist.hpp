// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include "context.hpp"
#include "given_profile.hpp"

#include <string>

namespace vgpuctl {

/// Whether a profile can become the installed one: with the drop-ins that there are it has to be a
/// profile, too. Asked before anything is done. Errors: syntax, invalid, those of reading.
vfmgr::Result<void> can_be_installed(const Context& context,
                                     const std::string& file,
                                     const GivenProfile& given);

/// Puts a profile into place as /etc/vgpuctl/profile.toml, whole or not at all; the one that was
/// there is kept beside it as profile.toml.old. Tells what was done and shows the difference.
/// Errors: not_permitted, io.
vfmgr::Result<void> install_profile(Context& context, const GivenProfile& given);

}  // namespace vgpuctl
