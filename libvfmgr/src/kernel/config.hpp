// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"

#include "kernel/files.hpp"

#include <string>
#include <string_view>

namespace vfmgr {

/// `config:GPU/OFFSET` (offset in hex, a multiple of four): the dword there in a function's
/// configuration space, as eight hex digits. Errors: EINVAL (no such place can be), EPERM (only the
/// header is shown to whoever lacks CAP_SYS_ADMIN), EIO (its configuration space ends before).
Result<std::string> read_config(const Files& files, const Place& place);

/// Writes it, as a whole and at once: never a part of it. Errors: EINVAL (anything but eight hex
/// digits); the errno of pwrite(2); io without one where the kernel took less.
Result<void> write_config(const Files& files, const Place& place, std::string_view bytes);

}  // namespace vfmgr
