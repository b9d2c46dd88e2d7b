// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/manager.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/profile.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "commands/commands.hpp"
#include "commands/run_options.hpp"
#include "context.hpp"
#include "core/try.hpp"
#include "files.hpp"
#include "interruption.hpp"
#include "output/report_text.hpp"
#include "output/style.hpp"
#include "progress_line.hpp"
#include "watcher.hpp"

#include <memory>
#include <string>

namespace vgpuctl {

namespace {

struct Arguments {
  std::string file, plan;
  RunArguments run;
};

vfmgr::Result<void> watch_over(const Context& context,
                               const vfmgr::Manager& manager,
                               const vfmgr::RunOptions& options) {
  return options.confirm_within.count() > 0 ? start_watcher(context, manager)
                                            : vfmgr::Result<void>();
}

vfmgr::Result<vfmgr::ExitCode> apply_saved(Context& context,
                                           const Arguments& arguments,
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
  return print_report(context, options, report, Run::apply, "apply FILE --only");
}

vfmgr::Result<vfmgr::ExitCode> apply(Context& context, const Arguments& arguments) {
  TRY(vfmgr::RunOptions options, arguments.run.options(context));
  options.asked_to_stop = counted_interruptions();
  options.what =
      arguments.plan.empty() ? "apply " + arguments.file : "apply --plan " + arguments.plan;
  if (!arguments.plan.empty()) {
    return apply_saved(context, arguments, options);
  }
  TRY(const vfmgr::Profile profile, read_profile(arguments.file));
  TRY(vfmgr::Manager manager, context.manager());
  if (arguments.run.dry_run) {
    TRY(const vfmgr::Plan plan, manager.plan(profile, options));
    return print_plan(context, plan);
  }
  TRY_VOID(watch_over(context, manager, options));
  TRY(const vfmgr::Report report,
      with_progress(context, options, [&](const vfmgr::RunOptions& with) {
        return manager.apply(profile, with);
      }));
  return print_report(
      context, options, report, Run::apply, "apply " + plain(arguments.file) + " --only");
}

}  // namespace

void add_apply(CLI::App& app, Action& chosen) {
  auto* const command =
      app.add_subcommand("apply", "Brings the host to a profile, or leaves it as it was");
  const auto arguments = std::make_shared<Arguments>();
  auto* const file =
      command->add_option("FILE", arguments->file, "The profile; - is standard input");
  auto* const saved =
      command->add_option("--plan", arguments->plan, "Apply exactly a plan that plan --out saved")
          ->type_name("PLAN.json")
          ->excludes(file);
  // Required, so that an option before it that takes several leaves it its word; not with --plan.
  file->required();
  saved->trigger_on_parse()->each([file](const std::string& /*plan*/) { file->required(false); });
  arguments->run.add_dry_run(*command);
  arguments->run.add_only(*command);
  arguments->run.add_keep_going(*command);
  arguments->run.add_allow_missing(*command);
  arguments->run.add_adopt(*command);
  arguments->run.add_users(*command);
  arguments->run.add_wait(*command);
  arguments->run.add_confirm_within(*command);
  arguments->run.add_lock_timeout(*command);
  // A saved plan has its GPUs already.
  saved->excludes(command->get_option("--only"))->excludes(command->get_option("--allow-missing"));
  command->callback([&chosen, arguments] {
    chosen = [arguments](Context& context) { return apply(context, *arguments); };
  });
}

}  // namespace vgpuctl
