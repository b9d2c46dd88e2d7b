// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace vgpuctl {

/// From now on SIGINT, SIGTERM and SIGHUP (unless it is ignored, as under nohup) end nothing: they
/// are counted, and a run asks how many came (vfmgr::RunOptions::asked_to_stop).
std::function<unsigned()> counted_interruptions();

}  // namespace vgpuctl
