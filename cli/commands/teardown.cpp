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
#include "interruption.hpp"
#include "output/report_text.hpp"
#include "progress_line.hpp"

#include <memory>
#include <string>

namespace vgpuctl {

namespace {

struct TeardownArguments {
  bool all = false;
  std::string save;
  RunArguments run;  // `only` are the GPUs named
};

vfmgr::Result<vfmgr::ExitCode> teardown(Context& context, const TeardownArguments& arguments) {
  if (arguments.run.only.empty() != arguments.all) {
    return vfmgr::fail({.kind = vfmgr::ErrorKind::syntax,
                        .subject = "command line",
                        .why = arguments.all ? "teardown of GPUs that are named, and of all?"
                                             : "teardown of which GPUs?",
                        .help = "vgpuctl teardown GPU…, or vgpuctl teardown --all"});
  }
  TRY(vfmgr::RunOptions options, arguments.run.options(context));
  options.asked_to_stop = counted_interruptions();
  options.what = arguments.all ? "teardown --all" : "teardown";
  TRY(vfmgr::Manager manager, context.manager());
  if (arguments.run.dry_run) {
    TRY(const vfmgr::Plan plan, manager.plan_teardown(options));
    return print_plan(context, plan);
  }
  if (!arguments.save.empty()) {
    TRY(const std::string text, manager.export_toml(options.scope));
    TRY_VOID(save_file(arguments.save, text));
  }
  TRY(const vfmgr::Report report,
      with_progress(
          context, options, [&](const vfmgr::RunOptions& with) { return manager.teardown(with); }));
  return print_report(context, options, report, Run::teardown, "teardown");
}

}  // namespace

void add_teardown(CLI::App& app, Action& chosen) {
  auto* const command = app.add_subcommand(
      "teardown", "Removes VFs and gives back what apply had changed beside them");
  const auto arguments = std::make_shared<TeardownArguments>();
  command->add_option("GPU", arguments->run.only, "Addresses, or unique models");
  command->add_flag("--all", arguments->all, "All GPUs");
  auto* const save =
      command
          ->add_option("--save",
                       arguments->save,
                       "Write the present state as a profile first: apply FILE brings it back")
          ->type_name("FILE");
  arguments->run.add_dry_run(*command);
  arguments->run.add_keep_going(*command);
  arguments->run.add_adopt(*command);
  arguments->run.add_users(*command);
  arguments->run.add_dangers(*command);
  arguments->run.add_wait(*command);
  arguments->run.add_lock_timeout(*command);
  save->excludes(command->get_option("--dry-run"));
  command->callback([&chosen, arguments] {
    chosen = [arguments](Context& context) { return teardown(context, *arguments); };
  });
}

}  // namespace vgpuctl
