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

}  // namespace

std::string history_text(const std::vector<vfmgr::PastRun>& runs, const Style& style) {
  if (runs.empty()) {
    return "Nothing was changed since the last boot.\n";
  }
  Table table({{.head = "RUN"},
               {.head = "WHEN (UTC)"},
               {.head = "BY", .drop = 2},
               {.head = "WHAT", .shrinks = true},
               {.head = "GPU"},
               {.head = "", .drop = 1},
               {.head = "", .drop = 3}});
  for (const vfmgr::PastRun& run : runs) {
    std::vector<Cell> head{{std::to_string(run.id)},
                           {plain(run.when)},
                           {run.by.empty() ? "-" : plain(run.by)},
                           {run.what.empty() ? "-" : plain(run.what)}};
    for (const vfmgr::PastRun::OneGpu& one : run.gpus) {
      head.push_back({to_string(one.gpu)});
      head.push_back({counts(one)});
      head.push_back({run.undone ? "undone" : "", Paint::faint});
      table.row(std::exchange(head, {{}, {}, {}, {}}));
    }
  }
  return table.text(style);
}

}  // namespace vgpuctl
