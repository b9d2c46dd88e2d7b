// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/manager.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "commands/commands.hpp"
#include "context.hpp"
#include "core/try.hpp"

#include <memory>
#include <string>
#include <vector>

namespace vgpuctl {

void add_export(CLI::App& app, Action& chosen) {
  auto* const command =
      app.add_subcommand("export", "The present state as a profile; applying it changes nothing");
  const auto gpus = std::make_shared<std::vector<std::string>>();
  command->add_option("GPU", *gpus, "Addresses, or unique models; all without it");
  command->callback([&chosen, gpus] {
    chosen = [gpus](Context& context) -> vfmgr::Result<vfmgr::ExitCode> {
      TRY(const vfmgr::Manager manager, context.manager());
      const vfmgr::Scope scope = context.scope(*gpus);
      TRY(const std::string text,
          context.globals().json ? manager.export_json(scope) : manager.export_toml(scope));
      context.print(text);
      return vfmgr::ExitCode::ok;
    };
  });
}

}  // namespace vgpuctl
