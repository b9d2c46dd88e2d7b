// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace vfmgr::helper {

/// The life of a helper process, from right after the fork: serves requests from this socket until
/// the other end is closed, then ends. Calls nothing but what is safe in a child forked from a
/// process with threads.
[[noreturn]] void serve(int socket) noexcept;

}  // namespace vfmgr::helper
