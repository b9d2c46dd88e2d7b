// SPDX-License-Identifier: Apache-2.0
#include "help.hpp"

#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "commands/commands.hpp"
#include "context.hpp"
#include "core/attributes.hpp"
#include "core/nearest.hpp"
#include "core/try.hpp"
#include "output/attributes_text.hpp"

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vgpuctl {

namespace {

vfmgr::Result<const CLI::App*> find(const CLI::App& app, const std::vector<std::string>& names) {
  const CLI::App* command = &app;
  for (const std::string& name : names) {
    const std::vector<const CLI::App*> all = shown_commands(*command);
    std::vector<std::string_view> known;
    const CLI::App* found = nullptr;
    for (const CLI::App* const one : all) {
      known.emplace_back(one->get_name());
      found = one->get_name() == name ? one : found;
    }
    if (found == nullptr) {
      const auto meant = vfmgr::nearest(name, known);
      return vfmgr::fail({.kind = vfmgr::ErrorKind::syntax,
                          .subject = "command line",
                          .value = name,
                          .why = "there is no such command",
                          .help = meant ? "did you mean '" + std::string(*meant) + "'?"
                                        : "`vgpuctl --help` shows what there is"});
    }
    command = found;
  }
  return command;
}

vfmgr::Result<vfmgr::ExitCode> help(Context& context,
                                    const CLI::App& app,
                                    const std::vector<std::string>& topic) {
  if (topic.size() == 1 && topic.front() == kAttributesTopic) {
    context.print_text(attributes_text(vfmgr::kAttributes));
    return vfmgr::ExitCode::ok;
  }
  TRY(const CLI::App* const command, find(app, topic));
  // Not App::help(): that is about the command that was recognised, which is `help`.
  context.print_text(app.get_formatter()->make_help(command, "", CLI::AppFormatMode::Normal));
  return vfmgr::ExitCode::ok;
}

}  // namespace

void add_help(CLI::App& app, Action& chosen) {
  auto* const command =
      app.add_subcommand("help", "What a command does, or which attributes there are");
  const auto topic = std::make_shared<std::vector<std::string>>();
  command->add_option(
      "COMMAND", *topic, "A command with its sub-command, or `attributes`; all without it");
  command->callback([&app, &chosen, topic] {
    chosen = [&app, topic](Context& context) { return help(context, app, *topic); };
  });
}

}  // namespace vgpuctl
