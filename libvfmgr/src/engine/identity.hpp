// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/resolve.hpp"
#include "engine/functions.hpp"
#include "kernel/kernel.hpp"

#include <string>
#include <vector>

namespace vfmgr {

// What tells a GPU from others of its kind wherever it is plugged in. Each costs a look of its own,
// so each is looked for only where somebody asks for it.

/// Which identities somebody asks for.
struct Identities {
  bool slot = false;
  bool serial = false;
  bool of_driver = false;
};

inline constexpr Identities kAllIdentities{.slot = true, .serial = true, .of_driver = true};

/// Those that a profile's `match` names.
Identities identities_named(const ProfileModel& profile);

/// Looks for them at all GPUs of the host. What can't be read is left unknown; of a serial number
/// the facts say why.
void ask_identity(const Kernel& kernel, const Identities& which, Host& host);

/// Looks for them where one of these names of GPUs and VFs is neither an address nor a model's.
void ask_identity_by_name(const Kernel& kernel, const std::vector<std::string>& names, Host& host);

}  // namespace vfmgr
