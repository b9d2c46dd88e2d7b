// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/manager.hpp"
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

vfmgr::Result<vfmgr::ExitCode> recover(Context& context, const RunArguments& arguments) {
  TRY(vfmgr::RunOptions options, arguments.options(context));
  options.asked_to_stop = counted_interruptions();
  options.what = "recover";
  TRY(vfmgr::Manager manager, context.manager());
  const auto run = [&](const vfmgr::RunOptions& with) { return manager.recover(with); };
  auto report = with_progress(context, options, run);
  if (!report && report.error().kind == vfmgr::ErrorKind::locked &&
      arguments.lock_timeout.empty()) {
    if (context.notes()) {
      context.complain(
          "waits for a write of the cut-off run that is still in the kernel, or for "
          "another run; a signal ends it\n");
    }
    options.lock_timeout = kAsLongAsItTakes;
    report = with_progress(context, options, run);
  }
  if (!report) {
    return vfmgr::fail(report.error());
  }
  return print_report(context, options, *report, Run::recover, "");
}

}  // namespace

void add_recover(CLI::App& app, Action& chosen) {
  auto* const command =
      app.add_subcommand("recover", "Takes back what a run that was cut off left behind");
  const auto arguments = std::make_shared<RunArguments>();
  arguments->add_lock_timeout(*command);
  command->callback([&chosen, arguments] {
    chosen = [arguments](Context& context) { return recover(context, *arguments); };
  });
}

}  // namespace vgpuctl
