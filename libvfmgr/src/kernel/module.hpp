// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "kernel/files.hpp"
#include "kernel/helper.hpp"
#include "kernel/named.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace vfmgr {

/// `module:NAME` as the kernel shows it: "loaded", with the parameters that `named` has under
/// `sys:module/NAME/parameters/`; "coming" or "going" on the way; ENOENT: not loaded.
Result<std::string> read_module(const Files& files, const Named& named, const Place& place);

/// The drivers that a loaded module has registered, as "BUS:DRIVER".
Result<std::vector<std::string>> list_module(const Files& files, const Place& place);

/// "load[ ARGS]" or "unload", through modprobe, never by force: a module in use stays (EBUSY).
/// Errors: EINVAL (anything else, or a name that no module has), in_flight; else the errno that
/// modprobe's last words tell, or 0, with them in `why`.
Result<void> write_module(const Files& files,
                          Helpers& helpers,
                          const Place& place,
                          std::string_view bytes,
                          Milliseconds limit);

}  // namespace vfmgr
