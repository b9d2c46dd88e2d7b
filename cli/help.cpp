// SPDX-License-Identifier: Apache-2.0
#include "help.hpp"

#include "core/words.hpp"
#include "help_pages.hpp"
#include "output/meanings.hpp"
#include "output/wrap.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vgpuctl {

namespace {

constexpr std::size_t kCommandColumn = 14;
constexpr std::size_t kOptionColumn = 29;
constexpr std::size_t kCodeColumn = 6;

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

std::string section(std::string_view head, const std::string& body) {
  return body.empty() ? "" : "\n" + std::string(head) + "\n" + body;
}

std::string usage(const CLI::App& app) {
  std::string text = "Usage: " + full_name(app);
  for (const CLI::Option* const option : app.get_options()) {
    text += option->get_positional() ? " " + argument(*option) : "";
  }
  text += shown_commands(app).empty() ? "" : " COMMAND";
  return text + " [OPTION...]\n";
}

std::string arguments(const CLI::App& app) {
  std::vector<Meaning> rows;
  for (const CLI::Option* const option : app.get_options()) {
    if (option->get_positional()) {
      rows.push_back({.name = option->get_name(true), .means = option->get_description()});
    }
  }
  return section("Arguments", meanings_text(rows, kOptionColumn));
}

/// --help is every command's, and told of once.
std::string options(const CLI::App& app, std::string_view head) {
  std::string text;
  for (const std::string& group : app.get_groups()) {
    std::vector<Meaning> rows;
    for (const CLI::Option* const option : app.get_options()) {
      const bool help = app.get_parent() != nullptr && option == app.get_help_ptr();
      if (!option->get_positional() && option->get_group() == group && !help) {
        rows.push_back({.name = spelling(*option), .means = option->get_description()});
      }
    }
    text += section(group == "Options" ? head : group, meanings_text(rows, kOptionColumn));
  }
  return text;
}

std::string commands(const CLI::App& app) {
  std::vector<std::string> groups;
  std::string text;
  const auto all = shown_commands(app);
  for (const CLI::App* const first : all) {
    if (std::ranges::find(groups, first->get_group()) != groups.end()) {
      continue;
    }
    groups.push_back(first->get_group());
    std::vector<Meaning> rows;
    for (const CLI::App* const command : all) {
      if (command->get_group() == first->get_group()) {
        rows.push_back({.name = command->get_name(), .means = command->get_description()});
      }
    }
    const bool ungrouped = first->get_group() == CLI::App().get_group();
    text +=
        section(ungrouped ? "Commands" : first->get_group(), meanings_text(rows, kCommandColumn));
  }
  return text;
}

std::string description(const CLI::App& app, const HelpPage* page) {
  const std::string more = page == nullptr ? "" : " " + std::string(page->more);
  std::string text;
  for (const std::string& line : wrapped_lines(app.get_description() + "." + more, kPageWidth)) {
    text += line + "\n";
  }
  return text;
}

std::string examples(const HelpPage& page) {
  std::string text;
  for (const std::string_view line : vfmgr::split(page.examples, '\n')) {
    text += "  " + std::string(line) + "\n";
  }
  return section("Examples", text);
}

std::string codes(const HelpPage& page) {
  std::vector<Meaning> rows;
  for (const std::string_view line : vfmgr::split(page.codes, '\n')) {
    const std::size_t blank = line.find(' ');
    rows.push_back(
        {.name = std::string(line.substr(0, blank)), .means = std::string(line.substr(blank + 1))});
  }
  return section("Exit codes", meanings_text(rows, kCodeColumn));
}

const CLI::App& program(const CLI::App& app) {
  return app.get_parent() == nullptr ? app : program(*app.get_parent());
}

}  // namespace

std::string full_name(const CLI::App& command) {
  return command.get_parent() == nullptr
             ? command.get_name()
             : full_name(*command.get_parent()) + " " + command.get_name();
}

std::vector<const CLI::App*> shown_commands(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* command) { return !command->get_group().empty(); });
}

std::string HelpFormatter::make_help(const CLI::App* app,
                                     std::string /*name*/,
                                     CLI::AppFormatMode /*mode*/) const {
  constexpr std::string_view kOfAll = "Options of all commands";
  if (app->get_parent() == nullptr) {
    return usage(*app) + description(*app, nullptr) + commands(*app) + options(*app, kOfAll) +
           "\n`vgpuctl help COMMAND` says more of each; vgpuctl(8) everything.\n";
  }
  const std::string name = full_name(*app);
  const HelpPage* const page = help_page(std::string_view(name).substr(name.find(' ') + 1));
  return usage(*app) + description(*app, page) + commands(*app) + arguments(*app) +
         options(*app, "Options") + options(program(*app), kOfAll) +
         (page == nullptr ? "" : examples(*page) + codes(*page)) + "\nSee vgpuctl(8).\n";
}

}  // namespace vgpuctl
