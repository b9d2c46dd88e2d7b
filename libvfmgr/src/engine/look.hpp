// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/state.hpp"

#include "core/attr.hpp"
#include "kernel/kernel.hpp"

#include <functional>
#include <span>

namespace vfmgr {

/// observe(), but what may block is read where it can be given up.
Value look(const Kernel& kernel, std::span<const std::span<const Attr>> tables, const Place& place);

/// Waits until a place reads what is expected: by condition, then event or timer. With Match::any:
/// until it exists. `ends` is asked between two looks: true gives up. Errors: io, with what it read
/// last; unreadable; stopped().
Result<void> await_value(const Kernel& kernel,
                         std::span<const std::span<const Attr>> tables,
                         const Place& place,
                         const Value& expect,
                         Milliseconds limit,
                         const std::function<bool()>& ends = {});

}  // namespace vfmgr
