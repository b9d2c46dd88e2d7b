// SPDX-License-Identifier: Apache-2.0
#include "output/history_text.hpp"

#include "vfmgr/history.hpp"
#include "vfmgr/units.hpp"

#include "output/style.hpp"
#include "output/table.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

namespace vgpuctl {

namespace {

std::string counts(const vfmgr::PastRun::OneGpu& one) {
  const std::string after = counted(one.vfs_after, "VF");
  return one.vfs_before == one.vfs_after ? after : fmt::format("{} → {}", one.vfs_before, after);
}

/// What became of a run since.
Cell now_is(const vfmgr::PastRun& run) {
  if (run.undone) {
    return {"undone", Paint::faint};
  }
  switch (run.confirmation) {
    case vfmgr::Confirmation::awaited:
      return {"to be confirmed by " + plain(run.confirm_by), Paint::changed};
    case vfmgr::Confirmation::not_taken_back:
      return {"not confirmed, not taken back", Paint::bad};
    default:
      return {""};
  }
}

std::string run_name(const vfmgr::PastRun& run) {
  return "run " + std::to_string(run.id) + (run.what.empty() ? "" : " (" + plain(run.what) + ")");
}

}  // namespace

std::string history_text(const std::vector<vfmgr::PastRun>& runs, const Style& style) {
  if (runs.empty()) {
    return "Nothing was changed since the last boot.\n";
  }
  Table table({{.head = "RUN"},
               {.head = "WHEN (UTC)"},
               {.head = "BY", .drop = 3},
               {.head = "WHAT", .shrinks = true},
               {.head = "GPU"},
               {.head = "", .drop = 2},
               {.head = "", .drop = 1}});
  for (const vfmgr::PastRun& run : runs) {
    std::vector<Cell> head{{std::to_string(run.id)},
                           {plain(run.when)},
                           {run.by.empty() ? "-" : plain(run.by)},
                           {run.what.empty() ? "-" : plain(run.what)}};
    for (const vfmgr::PastRun::OneGpu& one : run.gpus) {
      head.push_back({to_string(one.gpu)});
      head.push_back({counts(one)});
      head.push_back(now_is(run));
      table.row(std::exchange(head, {{}, {}, {}, {}}));
    }
  }
  std::string text = table.text(style);
  for (const vfmgr::PastRun& run : runs) {
    if (!run.why_not.empty() && run.confirmation == vfmgr::Confirmation::not_taken_back) {
      text += run_name(run) + " could not be taken back: " + plain(run.why_not) + "\n";
    }
  }
  return text;
}

std::string kept_text(const std::vector<vfmgr::PastRun>& runs) {
  if (runs.empty()) {
    return "Nothing waits to be confirmed.\n";
  }
  std::string text;
  for (const vfmgr::PastRun& run : runs) {
    text += run_name(run) + " is kept.\n";
  }
  return text;
}

}  // namespace vgpuctl
