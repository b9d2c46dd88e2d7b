// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/history.hpp"

#include "vfmgr/json.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "commands/commands.hpp"
#include "context.hpp"
#include "core/try.hpp"
#include "output/history_text.hpp"

#include <vector>

namespace vgpuctl {

void add_history(CLI::App& app, Action& chosen) {
  auto* const command =
      app.add_subcommand("history", "What was changed since the last boot, when and by whom");
  command->callback([&chosen] {
    chosen = [](Context& context) -> vfmgr::Result<vfmgr::ExitCode> {
      TRY(const vfmgr::Manager manager, context.manager());
      TRY(const std::vector<vfmgr::PastRun> runs, manager.history());
      if (context.globals().json) {
        context.print(history_to_json(runs, manager.simulated()));
      } else {
        context.tell(history_text(runs, context.style()));
      }
      return vfmgr::ExitCode::ok;
    };
  });
}

}  // namespace vgpuctl
