// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/manager.hpp"
#include "vfmgr/report.hpp"

#include <string>
#include <vector>

namespace vgpuctl {

/// How a run ended, as the fields of an entry of the system's journal: "MESSAGE=…",
/// "VGPUCTL_RUN=7". VGPUCTL_UNIT is there for each GPU: its address, how it ended, how many VFs it
/// had before and has now. Empty where there is nothing to tell: nothing was changed, and nothing
/// was to be.
std::vector<std::string> run_fields(const vfmgr::RunOptions& options, const vfmgr::Report& report);

/// The same of a run that ended before it reached any GPU.
std::vector<std::string> error_fields(const vfmgr::RunOptions& options, const vfmgr::Error& error);

}  // namespace vgpuctl
