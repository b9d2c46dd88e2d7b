// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/inventory.hpp"
#include "vfmgr/json.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "commands/commands.hpp"
#include "context.hpp"
#include "core/try.hpp"
#include "output/show_text.hpp"

#include <memory>
#include <string>
#include <vector>

namespace vgpuctl {

void add_show(CLI::App& app, Action& chosen) {
  auto* const command = app.add_subcommand("show", "Everything known of GPUs and their VFs");
  const auto gpus = std::make_shared<std::vector<std::string>>();
  command->add_option("GPU", *gpus, "Addresses, or unique models; all without it");
  command->callback([&chosen, gpus] {
    chosen = [gpus](Context& context) -> vfmgr::Result<vfmgr::ExitCode> {
      TRY(const vfmgr::Manager manager, context.manager());
      TRY(const vfmgr::Inventory inventory,
          manager.inventory(context.scope(*gpus), vfmgr::Detail::whole));
      if (context.globals().json) {
        context.print(inventory_to_json(inventory));
      } else {
        context.tell(show_text(inventory, context.style()));
      }
      return vfmgr::ExitCode::ok;
    };
  });
}

}  // namespace vgpuctl
