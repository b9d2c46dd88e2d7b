// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/report.hpp"

#include "output/style.hpp"

#include <string>
#include <string_view>

namespace vgpuctl {

/// What a run was for; it changes a word here and there.
enum class Run { apply, teardown, recover };

/// How a run ended: one line a GPU, and a sentence.
std::string report_text(const vfmgr::Report& report, Run run, const Style& style, bool notes);

/// What kept GPUs from their state, with what stands between and what to do now; empty if nothing
/// did. `spare`: how this command is told to leave GPUs out ("vgpuctl teardown", "… --only").
std::string report_errors_text(const vfmgr::Report& report,
                               Run run,
                               std::string_view spare,
                               const Style& style);

/// Whether the run was refused before its first write.
bool refused_whole(const vfmgr::Report& report);

}  // namespace vgpuctl
