// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/manager.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "commands/commands.hpp"
#include "commands/run_options.hpp"
#include "context.hpp"
#include "core/try.hpp"
#include "files.hpp"
#include "given_profile.hpp"
#include "interruption.hpp"
#include "output/report_text.hpp"
#include "persist.hpp"
#include "progress_line.hpp"
#include "watcher.hpp"

#include <memory>
#include <string>

namespace vgpuctl {

namespace {

struct ApplyArguments {
  std::string file, plan;
  bool persist = false;
  RunArguments run;
};

vfmgr::Result<void> watch_over(const Context& context,
                               const vfmgr::Manager& manager,
                               const vfmgr::RunOptions& options) {
  return options.confirm_within.count() > 0 ? start_watcher(context, manager)
                                            : vfmgr::Result<void>();
}

vfmgr::Result<vfmgr::ExitCode> apply_saved(Context& context,
                                           const ApplyArguments& arguments,
                                           const vfmgr::RunOptions& options) {
  TRY(const std::string text, read_file(arguments.plan));
  auto plan = vfmgr::plan_from_json(text);
  if (!plan) {
    plan.error().subject =
        arguments.plan + (plan.error().subject.empty() ? "" : ": " + plan.error().subject);
    return vfmgr::fail(plan.error());
  }
  if (arguments.run.dry_run) {
    return print_plan(context, *plan);
  }
  TRY(vfmgr::Manager manager, context.manager());
  TRY_VOID(watch_over(context, manager, options));
  TRY(const vfmgr::Report report,
      with_progress(context, options, [&](const vfmgr::RunOptions& with) {
        return manager.apply(*plan, with);
      }));
  return print_report(context, options, report, Run::apply, "apply FILE --only", Kept::no);
}

/// What is asked for, as the history has it.
std::string words_of(const ApplyArguments& arguments) {
  return arguments.plan.empty() ? "apply" + as_argument(arguments.file)
                                : "apply --plan " + arguments.plan;
}

/// Whether the host came to the profile, and the profile is to be the installed one.
bool is_to_persist(const ApplyArguments& arguments, vfmgr::ExitCode code) {
  return arguments.persist && code == vfmgr::ExitCode::ok;
}

vfmgr::Result<vfmgr::ExitCode> apply(Context& context, ApplyArguments arguments) {
  arguments.run.give_back(arguments.file);
  TRY(vfmgr::RunOptions options, arguments.run.options(context));
  options.asked_to_stop = counted_interruptions();
  options.what = words_of(arguments);
  if (!arguments.plan.empty()) {
    return apply_saved(context, arguments, options);
  }
  TRY(const GivenProfile given, given_profile(context, arguments.file));
  if (arguments.persist && arguments.file.empty()) {
    return vfmgr::fail({.kind = vfmgr::ErrorKind::invalid,
                        .subject = "--persist",
                        .why = "it makes FILE the installed profile, and none is named",
                        .help = "without FILE the installed profile is what is applied"});
  }
  if (arguments.persist) {
    TRY_VOID(can_be_installed(context, arguments.file, given));
  }
  TRY(vfmgr::Manager manager, context.manager());
  if (arguments.run.dry_run) {
    TRY(const vfmgr::Plan plan, manager.plan(given.profile, options));
    return print_plan(context, plan);
  }
  TRY_VOID(watch_over(context, manager, options));
  TRY(const vfmgr::Report report,
      with_progress(context, options, [&](const vfmgr::RunOptions& with) {
        return manager.apply(given.profile, with);
      }));
  const Kept kept = arguments.file.empty() || arguments.persist ? Kept::yes : Kept::no;
  const vfmgr::ExitCode code = print_report(context,
                                            options,
                                            report,
                                            Run::apply,
                                            "apply" + as_argument(arguments.file) + " --only",
                                            kept);
  if (is_to_persist(arguments, code)) {
    TRY_VOID(install_profile(context, given));
  }
  return code;
}

}  // namespace

void add_apply(CLI::App& app, Action& chosen) {
  auto* const command =
      app.add_subcommand("apply", "Brings the host to a profile, or leaves it as it was");
  const auto arguments = std::make_shared<ApplyArguments>();
  auto* const file = command->add_option(
      "FILE", arguments->file, "The profile; - is standard input; left out: the installed one");
  auto* const saved =
      command->add_option("--plan", arguments->plan, "Apply exactly a plan that plan --out saved")
          ->type_name("PLAN.json")
          ->excludes(file);
  auto* const persist =
      command->add_flag("--persist",
                        arguments->persist,
                        "Make FILE the installed profile once the host is verified to be so");
  arguments->run.add_dry_run(*command);
  arguments->run.add_only(*command);
  arguments->run.add_keep_going(*command);
  arguments->run.add_allow_missing(*command);
  arguments->run.add_adopt(*command);
  arguments->run.add_users(*command);
  arguments->run.add_dangers(*command);
  arguments->run.add_wait(*command);
  arguments->run.add_confirm_within(*command);
  arguments->run.add_lock_timeout(*command);
  // A saved plan has its GPUs already.
  saved->excludes(command->get_option("--only"))->excludes(command->get_option("--allow-missing"));
  // What is installed is what was applied: the whole of it, and for good.
  persist->excludes(command->get_option("--only"))
      ->excludes(command->get_option("--confirm-within"));
  command->callback([&chosen, arguments] {
    chosen = [arguments](Context& context) { return apply(context, *arguments); };
  });
}

}  // namespace vgpuctl
