// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/json.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "commands/commands.hpp"
#include "context.hpp"
#include "core/try.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace vgpuctl {

namespace {

struct InitArguments {
  std::vector<std::string> gpus;
  std::optional<std::uint32_t> vfs;
  std::string vram, type;
};

/// Errors: syntax, invalid (a size that is none, no VFs at all).
vfmgr::Result<vfmgr::InitWish> wish_of(const InitArguments& arguments) {
  if (arguments.vfs == 0U) {
    return vfmgr::fail({.kind = vfmgr::ErrorKind::invalid,
                        .subject = "--vfs",
                        .value = "0",
                        .why = "a profile without VFs asks for nothing that there is to propose",
                        .help = "`vgpuctl teardown` removes VFs"});
  }
  vfmgr::InitWish wish{.vfs = arguments.vfs, .vram = {}, .type = arguments.type};
  if (!arguments.vram.empty()) {
    auto size = vfmgr::parse_bytes(arguments.vram);
    if (!size) {
      size.error().subject = "--vram";
      return vfmgr::fail(size.error());
    }
    wish.vram = *size;
  }
  return wish;
}

vfmgr::Result<vfmgr::ExitCode> init(Context& context, const InitArguments& arguments) {
  TRY(const vfmgr::InitWish wish, wish_of(arguments));
  TRY(const vfmgr::Manager manager, context.manager());
  TRY(const std::string toml, manager.propose_toml(context.scope(arguments.gpus), wish));
  context.print(context.globals().json ? vfmgr::init_to_json(toml, manager.simulated()) : toml);
  return vfmgr::ExitCode::ok;
}

}  // namespace

void add_init(CLI::App& app, Action& chosen) {
  auto* const command =
      app.add_subcommand("init", "Print a commented profile for this host, checked to fit");
  const auto arguments = std::make_shared<InitArguments>();
  command->add_option("GPU", arguments->gpus, "Addresses, or unique models; all without it");
  command->add_option("--vfs", arguments->vfs, "How many VFs each GPU shall have")->type_name("N");
  command->add_option("--vram", arguments->vram, "How much VRAM each VF shall have, e.g. 4GiB")
      ->type_name("SIZE");
  command->add_option("--type", arguments->type, "Which vGPU type each VF shall have")
      ->type_name("TYPE");
  command->callback([&chosen, arguments] {
    chosen = [arguments](Context& context) { return init(context, *arguments); };
  });
}

}  // namespace vgpuctl
