// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"

#include "kernel/files.hpp"
#include "kernel/helper.hpp"
#include "kernel/helper_message.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace vfmgr {

/// Of a register no more than this is read.
inline constexpr std::size_t kRegisterBytes = 4;

/// What a helper is to do so that a register is read: `mmio:GPU/BAR/OFFSET` is in the file
/// `resourceBAR` of the GPU's. That file is looked at and not opened here. `place` must outlive the
/// errand. Errors: EINVAL (no such spelling); ENOENT (there is no such BAR); ENXIO (it ends before
/// that register).
Result<Errand> errand_of_register(const Files& files, const Place& place);

/// Maps the one page of a file below a directory handle that has this offset, reads one dword in
/// one access, and unmaps it. Its bytes are as they lie there. How many they are, or a negative
/// errno. In a helper alone: a device that is gone ends the process with SIGBUS.
std::int64_t read_register(int directory,
                           const char* path,
                           helper::Dword dword,
                           std::span<char> into) noexcept;

}  // namespace vfmgr
