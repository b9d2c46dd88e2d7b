// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace vgpuctl {

/// From now on SIGINT, SIGTERM and SIGHUP end nothing: those that were not ignored (as under nohup)
/// are counted, and a run asks how many came (vfmgr::RunOptions::asked_to_stop).
std::function<unsigned()> counted_interruptions();

}  // namespace vgpuctl
