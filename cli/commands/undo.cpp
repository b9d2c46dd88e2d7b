// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/manager.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "commands/commands.hpp"
#include "commands/run_options.hpp"
#include "context.hpp"
#include "core/try.hpp"
#include "interruption.hpp"
#include "output/report_text.hpp"
#include "progress_line.hpp"

#include <memory>

namespace vgpuctl {

namespace {

vfmgr::Result<vfmgr::ExitCode> undo(Context& context, const RunArguments& arguments) {
  TRY(vfmgr::RunOptions options, arguments.options(context));
  options.asked_to_stop = counted_interruptions();
  options.what = "undo";
  TRY(vfmgr::Manager manager, context.manager());
  if (arguments.dry_run) {
    TRY(const vfmgr::Plan plan, manager.plan_undo(options));
    return print_plan(context, plan);
  }
  TRY(const vfmgr::Report report,
      with_progress(
          context, options, [&](const vfmgr::RunOptions& with) { return manager.undo(with); }));
  return print_report(context, options, report, Run::undo, "");
}

}  // namespace

void add_undo(CLI::App& app, Action& chosen) {
  auto* const command =
      app.add_subcommand("undo", "Goes back one run, where the host is as that run left it");
  const auto arguments = std::make_shared<RunArguments>();
  arguments->add_dry_run(*command);
  arguments->add_users(*command);
  arguments->add_dangers(*command);
  arguments->add_wait(*command);
  arguments->add_lock_timeout(*command);
  command->callback([&chosen, arguments] {
    chosen = [arguments](Context& context) { return undo(context, *arguments); };
  });
}

}  // namespace vgpuctl
