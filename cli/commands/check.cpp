// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/json.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "commands/commands.hpp"
#include "commands/run_options.hpp"
#include "context.hpp"
#include "core/try.hpp"
#include "given_profile.hpp"
#include "output/check_text.hpp"

#include <memory>
#include <string>

namespace vgpuctl {

namespace {

struct CheckArguments {
  std::string file;
  RunArguments run;
};

vfmgr::Result<vfmgr::ExitCode> check(Context& context, CheckArguments arguments) {
  arguments.run.give_back(arguments.file);
  TRY(vfmgr::RunOptions options, arguments.run.options(context));
  TRY(const GivenProfile given, given_profile(context, arguments.file));
  TRY(const vfmgr::Manager manager, context.manager());
  TRY(const vfmgr::CheckReport report, manager.check(given.profile, options));
  if (context.globals().json) {
    context.print(check_to_json(report));
    return exit_code(report);
  }
  options.allow_missing = true;  // what is missing has been said
  const auto plan = report.differences.empty() ? vfmgr::Result<vfmgr::Plan>(vfmgr::Plan{})
                                               : manager.plan(given.profile, options);
  const CheckedBy by{.program = context.program(), .file = arguments.file};
  context.tell(check_text(report, plan ? &*plan : nullptr, by, context.style()));
  return exit_code(report);
}

}  // namespace

void add_check(CLI::App& app, Action& chosen) {
  auto* const command =
      app.add_subcommand("check", "Whether the host is as a profile says; names each difference");
  const auto arguments = std::make_shared<CheckArguments>();
  command->add_option(
      "FILE", arguments->file, "The profile; - is standard input; left out: the installed one");
  arguments->run.add_only(*command);
  command->callback([&chosen, arguments] {
    chosen = [arguments](Context& context) { return check(context, *arguments); };
  });
}

}  // namespace vgpuctl
