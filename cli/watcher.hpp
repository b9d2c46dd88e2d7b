// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/manager.hpp"
#include "vfmgr/result.hpp"

#include "context.hpp"

namespace vgpuctl {

/// Starts a process that takes back what this one's next run changes unless that is confirmed in
/// time (`vgpuctl revert-unconfirmed`). It has a session of its own, so that it outlives the
/// terminal, and ends by itself where there was no such run. Errors: io; those of history().
vfmgr::Result<void> start_watcher(const Context& context, const vfmgr::Manager& manager);

}  // namespace vgpuctl
