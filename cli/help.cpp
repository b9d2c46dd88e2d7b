// SPDX-License-Identifier: Apache-2.0
#include "help.hpp"

#include "output/table.hpp"

#include <CLI/CLI.hpp>
#include <string>

namespace vgpuctl {

namespace {

std::string spelling(const CLI::Option& option) {
  std::string text;
  for (const std::string& name : option.get_snames()) {
    text += (text.empty() ? "-" : ", -") + name;
  }
  for (const std::string& name : option.get_lnames()) {
    text += (text.empty() ? "    --" : ", --") + name;
  }
  const bool flag = option.get_expected_max() == 0;
  // CLI11 writes what a value is checked for behind the type.
  const std::string type = option.get_type_name();
  return flag ? text : text + " " + type.substr(0, type.find(':'));
}

std::string argument(const CLI::Option& option) {
  const bool many = option.get_expected_max() > 1;
  const std::string name = option.get_name(true) + (many ? "..." : "");
  return option.get_required() ? name : "[" + name + "]";
}

std::string section(const std::string& head, const Table& table) {
  return table.empty() ? "" : "\n" + head + "\n" + table.text({}, 2);
}

}  // namespace

std::string full_name(const CLI::App& command) {
  return command.get_parent() == nullptr
             ? command.get_name()
             : full_name(*command.get_parent()) + " " + command.get_name();
}

std::string HelpFormatter::make_help(const CLI::App* app,
                                     std::string /*name*/,
                                     CLI::AppFormatMode /*mode*/) const {
  std::string usage = "Usage: " + full_name(*app);
  Table arguments({{}, {}});
  Table options({{}, {}});
  Table commands({{}, {}});
  for (const CLI::Option* const option : app->get_options()) {
    if (option->get_positional()) {
      usage += " " + argument(*option);
      arguments.row({{option->get_name(true)}, {option->get_description()}});
    } else {
      options.row({{spelling(*option)}, {option->get_description()}});
    }
  }
  for (const CLI::App* const command : app->get_subcommands([](const CLI::App*) { return true; })) {
    commands.row({{command->get_name()}, {command->get_description()}});
  }
  usage += commands.empty() ? "" : " COMMAND";
  usage += " [OPTION...]";
  std::string text = usage + "\n" + app->get_description() + ".\n" + section("Commands", commands) +
                     section("Arguments", arguments) + section("Options", options);
  text += app->get_parent() == nullptr
              ? "\n`vgpuctl COMMAND --help` says more of each; vgpuctl(8) everything.\n"
              : "\nOptions of all commands: `vgpuctl --help`.\n";
  return text;
}

}  // namespace vgpuctl
