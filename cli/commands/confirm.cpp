// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/history.hpp"
#include "vfmgr/json.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"

#include "commands/commands.hpp"
#include "commands/run_options.hpp"
#include "context.hpp"
#include "core/try.hpp"
#include "interruption.hpp"
#include "output/history_text.hpp"
#include "output/run_fields.hpp"
#include "system_journal.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

namespace vgpuctl {

namespace {

vfmgr::Result<vfmgr::ExitCode> confirm(Context& context, const RunArguments& arguments) {
  TRY(vfmgr::RunOptions options, arguments.options(context));
  options.asked_to_stop = counted_interruptions();
  TRY(vfmgr::Manager manager, context.manager());
  TRY(const std::vector<vfmgr::PastRun> kept, manager.confirm(options));
  if (context.globals().json) {
    context.print(history_to_json(kept, manager.simulated()));
  } else {
    context.tell(kept_text(kept));
  }
  return vfmgr::ExitCode::ok;
}

struct Watched {
  std::int64_t process = 0;
  std::uint64_t after = 0;
};

/// A descriptor that tells when the process that started this one has ended; one that tells so at
/// once where it has already.
int end_of(std::int64_t process) {
  // glibc has pidfd_open since 2.36 only (pidfd_open(2)).
  const auto told = static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
  return told < 0 || ::getppid() != process ? STDIN_FILENO : told;
}

vfmgr::Result<vfmgr::ExitCode> revert(Context& context, const Watched& watched) {
  TRY(vfmgr::RunOptions options, RunArguments{}.options(context));
  // From when it takes something back: before, a signal ends it.
  options.asked_to_stop = [] {
    static const auto counted = counted_interruptions();
    return counted();
  };
  // Whoever has the locks then is at work on these GPUs, and the host is not as the run left it.
  options.lock_timeout = std::chrono::minutes(5);
  options.by = "--confirm-within";
  options.what = "taking back what nobody confirmed";
  TRY(vfmgr::Manager manager, context.manager());
  TRY_VOID(manager.history());
  context.print("watches\n");
  const auto report =
      manager.revert_unconfirmed(watched.process, watched.after, end_of(watched.process), options);
  // Nobody reads what this process prints.
  if (!manager.simulated()) {
    tell_journal(report ? run_fields(options, *report) : error_fields(options, report.error()));
  }
  return report ? exit_code(*report) : exit_code(report.error());
}

}  // namespace

void add_confirm(CLI::App& app, Action& chosen) {
  auto* const command =
      app.add_subcommand("confirm", "Keeps what apply --confirm-within would otherwise take back");
  const auto arguments = std::make_shared<RunArguments>();
  arguments->add_lock_timeout(*command);
  command->callback([&chosen, arguments] {
    chosen = [arguments](Context& context) { return confirm(context, *arguments); };
  });
  // Not for people: start_watcher() runs it.
  auto* const watch = app.add_subcommand("revert-unconfirmed", "")->group("");
  const auto watched = std::make_shared<Watched>();
  watch->add_option("PROCESS", watched->process)->required();
  watch->add_option("AFTER", watched->after)->required();
  watch->callback([&chosen, watched] {
    chosen = [watched](Context& context) { return revert(context, *watched); };
  });
}

}  // namespace vgpuctl
