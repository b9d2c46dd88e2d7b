// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/inventory.hpp"
#include "vfmgr/json.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "commands/commands.hpp"
#include "context.hpp"
#include "core/try.hpp"
#include "installed.hpp"
#include "output/schema_text.hpp"

#include <memory>
#include <string>
#include <vector>

namespace vgpuctl {

namespace {

using vfmgr::ExitCode;
using vfmgr::Result;

struct SchemaArguments {
  std::string gpu;
  bool resources = false;
};

Result<ExitCode> attributes_of_gpu(Context& context, const std::string& gpu) {
  TRY(const vfmgr::Manager manager, context.manager());
  TRY(const vfmgr::Inventory inventory,
      manager.inventory(context.scope({gpu}), vfmgr::Detail::whole));
  if (context.globals().json) {
    context.print(attributes_to_json(inventory));
  } else {
    context.tell(attributes_text(inventory, context.style()));
  }
  return ExitCode::ok;
}

Result<ExitCode> resources_here(Context& context) {
  TRY(const std::vector<vfmgr::ProfileText> texts, installed_resources(context.root()));
  TRY(const std::vector<vfmgr::NamedResources> resources, vfmgr::named_resources(texts));
  if (context.globals().json) {
    context.print(resources_to_json(resources, !context.globals().sim.empty()));
  } else {
    context.tell(resources_text(resources, context.style()));
  }
  return ExitCode::ok;
}

Result<ExitCode> schema(Context& context, const SchemaArguments& arguments) {
  if (!arguments.gpu.empty()) {
    return attributes_of_gpu(context, arguments.gpu);
  }
  if (arguments.resources) {
    return resources_here(context);
  }
  context.print(vfmgr::profile_schema());
  return ExitCode::ok;
}

}  // namespace

void add_schema(CLI::App& app, Action& chosen) {
  auto* const command = app.add_subcommand("schema", "What may stand in a profile, for editors");
  const auto arguments = std::make_shared<SchemaArguments>();
  auto* const gpu = command->add_option("--gpu", arguments->gpu, "What that GPU's attributes are")
                        ->type_name("GPU");
  command->add_flag("--resources", arguments->resources, "What resources are installed")
      ->excludes(gpu);
  command->callback([&chosen, arguments] {
    chosen = [arguments](Context& context) { return schema(context, *arguments); };
  });
}

}  // namespace vgpuctl
