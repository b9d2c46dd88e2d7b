// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// What this process and a helper process say to each other: one message each way, over a
// SOCK_SEQPACKET pair, so that a message comes whole or not at all.
namespace vfmgr::helper {

enum class Do : std::uint32_t {
  keep,   ///< only carries descriptors, to be kept until the next request has been served
  write,  ///< open, one write(2), close
  read,   ///< open, read to the end, close
  look,   ///< open, one read(2), close: an attribute of sysfs, which is no longer than a page
  ask,    ///< open, one write(2), one read(2) of what it was answered, close
  map,    ///< open, map a page, read one dword of it, unmap
  run     ///< run a program and wait for its end
};

/// No path: a program lies below no handle.
inline constexpr std::uint32_t kNoRoot = ~0U;
/// A helper has no room for more.
inline constexpr std::uint32_t kMostRoots = 16;

/// Before each request: its head, then `path_size` bytes of path, then `byte_size` bytes.
/// The path lies below a root handle, which comes once and is known by its number from then on: the
/// first descriptor that comes with a request is that of `root` where `with_root` says so. All
/// others are kept until the request has been served.
/// write, ask: path and bytes are NUL-terminated path and what is written; map: the bytes are a
/// Dword; run: the path is the program, the bytes its arguments from argv[0] on, each with a NUL
/// behind it.
struct Request {
  Do what = Do::keep;
  std::uint32_t path_size = 0;  ///< with its NUL
  std::uint32_t byte_size = 0;
  std::uint32_t root = kNoRoot;  ///< counted from 0, in the order in which they came
  std::uint32_t with_root = 0;
};

/// What is read of a file that is mapped.
struct Dword {
  std::uint32_t offset = 0;
  std::uint32_t page = 0;  ///< how large the machine's pages are: sysconf is not for a helper
};

/// After it: the head, then the bytes that were read, or the end of what a program said on stderr.
struct Answer {
  /// write, read, ask, map: bytes, or a negative errno; run: 0 or a negative errno
  std::int64_t result = 0;
  std::int32_t wait_status = 0;  ///< run: as waitpid gives it
};

/// The longest request or answer, head included.
inline constexpr std::uint32_t kMostMessage = 96U * 1024;
/// The kernel's limit is 253 descriptors a message (net/scm.h: SCM_MAX_FD).
inline constexpr std::uint32_t kMostDescriptors = 250;

}  // namespace vfmgr::helper
