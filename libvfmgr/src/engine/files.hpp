// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "engine/stop.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace vfmgr {

// The state folder's files.

/// Who may read something: whoever runs vgpuctl alone (modes 0700 and 0600), or everybody, since
/// reading commands need it (0755 and 0644).
enum class Readers { root, all };

/// Makes a folder and what is missing above it. Errors: io; not_permitted, also where it or the
/// folder above it is a link, another user's, or one that others can write to.
Result<void> make_folder(const std::filesystem::path& folder, Readers readers);
/// Its user's alone. Opens for appending, making the file if asked to. Errors: io, not_permitted,
/// with the path as subject.
Result<int> open_file(const std::filesystem::path& file, bool create);
/// One write(2) of all bytes. Errors: io.
Result<void> append_bytes(int descriptor,
                          std::string_view bytes,
                          const std::filesystem::path& file);
/// flock(2) with a limit; false: somebody else has it. There is no event for it: it is tried again,
/// with pauses from 5 to 100 ms.
bool flock_within(int descriptor, int how, Milliseconds limit, const Stop& stop = {});
/// Whether the file that is open here is still the one of that name.
bool is_in_place(int descriptor, const std::filesystem::path& file);
/// The whole file; ENOENT in os_error where there is none.
Result<std::string> read_file(const std::filesystem::path& file);
/// Puts a file in place whole or not at all: written beside it, synced, renamed.
Result<void> replace_file(const std::filesystem::path& file,
                          std::string_view bytes,
                          Readers readers);
/// Names that came into a folder, or went, are on the disk when this returns.
Result<void> sync_folder(const std::filesystem::path& folder);
/// An Error from errno.
Error system_error(int os_error, const std::filesystem::path& file, std::string_view doing);

}  // namespace vfmgr
