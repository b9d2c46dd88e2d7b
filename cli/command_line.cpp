// SPDX-License-Identifier: Apache-2.0
#include "command_line.hpp"

#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "commands/commands.hpp"
#include "context.hpp"
#include "core/nearest.hpp"
#include "help.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vgpuctl {

namespace {

/// The commands by what one wants; --help shows them in this order.
struct Entry {
  const char* purpose;
  void (*add)(CLI::App&, Action&);
};
constexpr const char* kLook = "Look";
constexpr const char* kWriteProfile = "Write a profile";
constexpr const char* kChange = "Plan and change";
constexpr const char* kGoBack = "Go back";
constexpr const char* kSimulate = "Simulate";
constexpr const char* kGetHelp = "Get help";
constexpr std::array kCommands{
    Entry{.purpose = kLook, .add = &add_list},
    Entry{.purpose = kLook, .add = &add_show},
    Entry{.purpose = kLook, .add = &add_check},
    Entry{.purpose = kLook, .add = &add_registers},
    Entry{.purpose = kWriteProfile, .add = &add_init},
    Entry{.purpose = kWriteProfile, .add = &add_validate},
    Entry{.purpose = kWriteProfile, .add = &add_schema},
    Entry{.purpose = kWriteProfile, .add = &add_export},
    Entry{.purpose = kChange, .add = &add_plan},
    Entry{.purpose = kChange, .add = &add_apply},
    Entry{.purpose = kChange, .add = &add_confirm},
    Entry{.purpose = kChange, .add = &add_teardown},
    Entry{.purpose = kGoBack, .add = &add_history},
    Entry{.purpose = kGoBack, .add = &add_undo},
    Entry{.purpose = kGoBack, .add = &add_recover},
    Entry{.purpose = kSimulate, .add = &add_sim},
    Entry{.purpose = kGetHelp, .add = &add_help},
    Entry{.purpose = kGetHelp, .add = &add_completion},
};

void add_commands(CLI::App& app, Action& chosen) {
  for (const Entry& entry : kCommands) {
    const std::size_t before = shown_commands(app).size();
    entry.add(app, chosen);
    const auto all = shown_commands(app);
    for (const CLI::App* const added : std::span(all).subspan(before)) {
      app.get_subcommand(added->get_name())->group(entry.purpose);
    }
  }
}

void add_globals(CLI::App& app, Globals& globals) {
  app.add_option("--sim", globals.sim, "On the simulated host in FILE, not on this machine")
      ->type_name("FILE");
  app.add_flag("--json", globals.json, "Machine output on standard output, errors included");
  app.add_flag("--all-classes", globals.all_classes, "All SR-IOV devices, not only GPUs");
  app.add_option("--color", globals.color, "auto, always or never; NO_COLOR is heeded")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  app.add_flag(
      "-v,--verbose", globals.verbose, "Say more, and log to standard error; -vv more still");
  app.add_flag("-q,--quiet", globals.quiet, "Results and errors alone");
  app.set_version_flag("--version", std::string("vgpuctl ") + VGPUCTL_VERSION, "The version");
}

/// The command that the words were meant for: the deepest one that was recognised.
const CLI::App& innermost(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : innermost(*chosen.front());
}

std::vector<std::string> names_of_commands(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* const command : shown_commands(app)) {
    names.push_back(command->get_name());
  }
  return names;
}

std::vector<std::string> names_of_options(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* app = &command; app != nullptr; app = app->get_parent()) {
    for (const CLI::Option* const option : app->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        names.push_back("--" + name);
      }
    }
  }
  return names;
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& names) {
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const auto meant = vfmgr::nearest(word, candidates);
  return meant ? "did you mean '" + std::string(*meant) + "'?" : "";
}

/// What CLI11 found wrong, as an error like any other.
vfmgr::Error error_of(const CLI::App& app, const CLI::ParseError& error) {
  vfmgr::Error result{.kind = vfmgr::ErrorKind::syntax, .subject = "command line"};
  const CLI::App& command = innermost(app);
  const std::string full = full_name(command);
  const std::vector<std::string> extras = app.remaining(true);
  const std::vector<std::string> commands = names_of_commands(command);
  const auto word = std::ranges::find_if(
      extras, [](const std::string& extra) { return !extra.starts_with("-"); });
  if (!commands.empty() && word != extras.end()) {
    result.value = *word;
    result.why = "there is no such command";
    result.help = did_you_mean(*word, commands);
  } else if (!extras.empty()) {
    const bool option = extras.front().starts_with("-");
    result.value = extras.front();
    result.why = option ? "there is no such option" : "too many arguments";
    result.help = option ? did_you_mean(extras.front(), names_of_options(command)) : "";
  } else if (!commands.empty()) {
    result.why = "which command?";
  } else {
    result.why = error.what();
  }
  if (result.help.empty()) {
    result.help = "`" + full + " --help` shows what there is";
  }
  return result;
}

/// Before the command line is understood nobody knows where --json belongs: anywhere will do.
bool asks_for_json(std::span<const char* const> arguments) {
  return std::ranges::any_of(arguments,
                             [](const char* one) { return std::string_view(one) == "--json"; });
}

int perform(Context& context, const Action& action) {
  const auto code = action(context);
  if (!code) {
    context.fail(code.error());
    return context.end(exit_code(code.error()));
  }
  return context.end(*code);
}

int complain(const CLI::App& app,
             const CLI::ParseError& error,
             Globals globals,
             std::span<const char* const> arguments) {
  globals.json = globals.json || asks_for_json(arguments);
  if (globals.color != "always" && globals.color != "never") {
    globals.color = "auto";
  }
  Context context(globals);
  return perform(context, [&](Context&) -> vfmgr::Result<vfmgr::ExitCode> {
    return vfmgr::fail(error_of(app, error));
  });
}

int print_plainly(const Globals& globals, const std::string& text) {
  Context context(globals);
  context.print(text);
  return context.end(vfmgr::ExitCode::ok);
}

}  // namespace

int run(int argument_count, const char* const* arguments) {
  CLI::App app("Cuts GPUs into virtual functions (SR-IOV) from one profile", "vgpuctl");
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_help_flag("-h,--help", "This help");
  app.fallthrough();
  Globals globals;
  Action chosen;
  add_globals(app, globals);
  add_commands(app, chosen);
  app.require_subcommand(1);
  try {
    app.parse(argument_count, arguments);
  } catch (const CLI::CallForHelp&) {
    return print_plainly(globals, innermost(app).help());
  } catch (const CLI::CallForVersion& version) {
    return print_plainly(globals, std::string(version.what()) + "\n");
  } catch (const CLI::ParseError& error) {
    return complain(
        app, error, globals, std::span(arguments, static_cast<std::size_t>(argument_count)));
  }
  Context context(globals);
  return perform(context, chosen);
}

}  // namespace vgpuctl
