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
      if (context.globals().json) {
        return vfmgr::fail({.kind = vfmgr::ErrorKind::invalid,
                            .subject = "--json",
                            .why = "this version writes profiles as TOML only",
                            .help = "leave --json out"});
      }
      TRY(const vfmgr::Manager manager, context.manager());
      TRY(const std::string text, manager.export_toml(context.scope(*gpus)));
      context.print(text);
      return vfmgr::ExitCode::ok;
    };
  });
}

}  // namespace vgpuctl
