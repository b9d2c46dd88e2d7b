// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/inventory.hpp"
#include "vfmgr/json.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "commands/commands.hpp"
#include "context.hpp"
#include "core/try.hpp"
#include "output/list_text.hpp"

#include <memory>

namespace vgpuctl {

void add_list(CLI::App& app, Action& chosen) {
  auto* const command = app.add_subcommand("list", "The GPUs of this host, one line each");
  const auto vfs = std::make_shared<bool>(false);
  command->add_flag("--vfs", *vfs, "Their VFs, too, one line each");
  command->callback([&chosen, vfs] {
    chosen = [vfs](Context& context) -> vfmgr::Result<vfmgr::ExitCode> {
      TRY(const vfmgr::Manager manager, context.manager());
      const bool shows_users = *vfs || context.globals().json;
      TRY(const vfmgr::Inventory inventory,
          manager.inventory(context.scope({}),
                            shows_users ? vfmgr::Detail::users : vfmgr::Detail::plain));
      if (context.globals().json) {
        context.print(inventory_to_json(inventory));
      } else {
        context.tell(*vfs ? list_vfs_text(inventory, context.style())
                          : list_text(inventory, context.style()));
      }
      return vfmgr::ExitCode::ok;
    };
  });
}

}  // namespace vgpuctl
