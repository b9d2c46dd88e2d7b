// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/report.hpp"

#include "output/style.hpp"

#include <string>

namespace vgpuctl {

/// What a run was for; it changes a word here and there.
enum class Run { apply, teardown, recover, undo };

/// How a run ended: one line a GPU, and a sentence.
std::string report_text(const vfmgr::Report& report, Run run, const Style& style, bool notes);

/// How this program is called again for the same host.
struct Again {
  std::string program;  ///< "vgpuctl --sim lab.vfhost"
  std::string spare;    ///< the command that does the GPUs named after it alone: "teardown"
};

/// What kept GPUs from their state, with what stands between and what to do now; empty if nothing
/// did.
std::string report_errors_text(const vfmgr::Report& report,
                               Run run,
                               const Again& again,
                               const Style& style);

/// Whether the run was refused before its first write.
bool refused_whole(const vfmgr::Report& report);

}  // namespace vgpuctl
