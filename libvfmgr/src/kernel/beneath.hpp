// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

// The system calls of the file namespaces. Safe between fork and exec: no memory is taken, no lock,
// so that the helper processes use the very same code.
namespace vfmgr {

/// Opens a path below a directory handle, close-on-exec. A link may lead anywhere below the handle,
/// never out of it (EXDEV), and never through /proc's magic links (ELOOP). A descriptor, or a
/// negative errno.
int open_beneath(int directory, const char* path, int flags) noexcept;

/// Resolves a path as if the handle were "/": absolute links lead below it, too. As open_beneath.
int open_in_root(int directory, const char* path, int flags) noexcept;

/// One read(2). The number of bytes, or a negative errno.
std::int64_t read_once(int fd, std::span<char> into) noexcept;

/// Reads from a descriptor until the end, or until `into` is full. The number of bytes, or a
/// negative errno.
std::int64_t read_all(int fd, std::span<char> into) noexcept;

/// Opens for writing, does one write(2), closes. The number of bytes that the kernel took, or a
/// negative errno.
std::int64_t write_once(int directory, const char* path, std::span<const char> bytes) noexcept;

/// Opens for both, does one write(2) and then one read(2) from the beginning, closes: for a file in
/// which a driver answers what was written. `length`: how much of `into` it filled. The number of
/// bytes that the kernel took, or a negative errno of either.
std::int64_t ask_once(int directory,
                      const char* path,
                      std::span<const char> bytes,
                      std::span<char> into,
                      std::size_t& length) noexcept;

}  // namespace vfmgr
