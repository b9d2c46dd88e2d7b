// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/registers.hpp"

#include "vfmgr/json.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "commands/commands.hpp"
#include "context.hpp"
#include "core/try.hpp"
#include "output/registers_text.hpp"

#include <memory>
#include <string>

namespace vgpuctl {

namespace {

vfmgr::Result<vfmgr::ExitCode> registers(Context& context, const std::string& gpu) {
  TRY(const vfmgr::Manager manager, context.manager());
  TRY(const vfmgr::Registers seen, manager.registers(gpu, context.globals().all_classes));
  if (context.globals().json) {
    context.print(registers_to_json(seen));
  } else {
    context.tell(registers_text(seen, context.style()));
  }
  return vfmgr::ExitCode::ok;
}

}  // namespace

void add_registers(CLI::App& app, Action& chosen) {
  auto* const command =
      app.add_subcommand("registers", "A GPU's configuration space, and registers behind its BARs");
  const auto gpu = std::make_shared<std::string>();
  command->add_option("GPU", *gpu, "Its address, or its model when unique")->required();
  command->callback(
      [&chosen, gpu] { chosen = [gpu](Context& context) { return registers(context, *gpu); }; });
}

}  // namespace vgpuctl
