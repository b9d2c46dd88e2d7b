// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/inventory.hpp"
#include "vfmgr/json.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "commands/commands.hpp"
#include "context.hpp"
#include "core/try.hpp"
#include "files.hpp"
#include "output/map_text.hpp"
#include "output/show_text.hpp"
#include "output/style.hpp"
#include "output/svg_picture.hpp"

#include <memory>
#include <string>
#include <vector>

namespace vgpuctl {

namespace {

struct ShowArguments {
  std::vector<std::string> gpus;
  bool map = false;
  std::string svg;
};

/// Two of them on standard output would be one text that nothing can read.
vfmgr::Result<void> one_at_a_time(const Context& context, const ShowArguments& arguments) {
  if (context.globals().json && (arguments.map || arguments.svg == "-")) {
    return vfmgr::fail({.kind = vfmgr::ErrorKind::syntax,
                        .subject = arguments.map ? "--map" : "--svg",
                        .value = arguments.map ? "" : "-",
                        .why = "standard output has the JSON document already",
                        .help = arguments.map
                                    ? "leave out --map or --json"
                                    : "name a file for the picture, or leave out --json"});
  }
  return {};
}

vfmgr::Result<vfmgr::ExitCode> show(Context& context, const ShowArguments& arguments) {
  TRY_VOID(one_at_a_time(context, arguments));
  TRY(const vfmgr::Manager manager, context.manager());
  TRY(const vfmgr::Inventory inventory,
      manager.inventory(context.scope(arguments.gpus), vfmgr::Detail::whole));
  if (arguments.svg == "-") {
    context.print(svg_picture(inventory));
    return vfmgr::ExitCode::ok;
  }
  if (!arguments.svg.empty()) {
    TRY_VOID(save_file(arguments.svg, svg_picture(inventory)));
  }
  if (context.globals().json) {
    context.print(inventory_to_json(inventory));
  } else if (arguments.map) {
    context.tell(map_text(inventory, context.style()));
  } else if (arguments.svg.empty()) {
    context.tell(show_text(inventory, context.style()));
  }
  if (!arguments.svg.empty() && !context.globals().json && context.notes()) {
    context.tell("Saved: " + plain(arguments.svg) + " opens in a browser.\n");
  }
  return vfmgr::ExitCode::ok;
}

}  // namespace

void add_show(CLI::App& app, Action& chosen) {
  auto* const command = app.add_subcommand("show", "Everything known of GPUs and their VFs");
  const auto arguments = std::make_shared<ShowArguments>();
  command->add_option("GPU", arguments->gpus, "Addresses, or unique models; all without it");
  auto* const map = command->add_flag("--map", arguments->map, "As a picture of boxes");
  command->add_option("--svg", arguments->svg, "Save a picture for a browser; - is standard output")
      ->type_name("FILE")
      ->excludes(map);
  command->callback([&chosen, arguments] {
    chosen = [arguments](Context& context) { return show(context, *arguments); };
  });
}

}  // namespace vgpuctl
