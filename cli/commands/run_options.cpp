// SPDX-License-Identifier: Apache-2.0
#include "commands/run_options.hpp"

#include "vfmgr/json.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "context.hpp"
#include "core/try.hpp"
#include "given_profile.hpp"
#include "help.hpp"
#include "output/plan_text.hpp"
#include "output/report_text.hpp"
#include "output/run_fields.hpp"
#include "system_journal.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>

namespace vgpuctl {

void RunArguments::add_only(CLI::App& command) {
  command.add_option("--only", only, "These GPUs alone, by address or unique model")
      ->type_name("GPU...")
      ->group(kRunning);
}
void RunArguments::add_lock_timeout(CLI::App& command) {
  command
      .add_option("--lock-timeout",
                  lock_timeout,
                  "How long to wait for another run to end, e.g. 30s; at once without it")
      ->type_name("TIME")
      ->group(kRunning);
}
void RunArguments::add_keep_going(CLI::App& command) {
  command.add_flag("--keep-going", keep_going, "Leave refused GPUs out and do the rest")
      ->group(kRunning);
}
void RunArguments::add_adopt(CLI::App& command) {
  command
      .add_flag(
          "--adopt", adopt, "Change and remove what others made, too: VFs and bindings of VFs")
      ->group(kRunning);
}
void RunArguments::add_allow_missing(CLI::App& command) {
  command
      .add_flag("--allow-missing",
                allow_missing,
                "Do the rest where a table finds fewer GPUs than expected")
      ->group(kRunning);
}
void RunArguments::add_dry_run(CLI::App& command) {
  command.add_flag("--dry-run", dry_run, "Show what would be done and change nothing")
      ->group(kRunning);
}

void RunArguments::add_wait(CLI::App& command) {
  command
      .add_option(
          "--wait",
          wait,
          "How long to wait for users of a VF to go, e.g. 10min; refused at once without it")
      ->type_name("TIME")
      ->group(kRunning);
}
void RunArguments::add_confirm_within(CLI::App& command) {
  command
      .add_option(
          "--confirm-within",
          confirm_within,
          "Take it back by itself after this time, e.g. 5min, unless `confirm` is run before")
      ->type_name("TIME")
      ->group(kRunning);
}
void RunArguments::add_users(CLI::App& command) {
  command
      .add_option("--allow-in-use",
                  allow_in_use,
                  "Take these away though somebody uses them: a guest is asked to give its device "
                  "up, which can't be recalled")
      ->type_name("GPU|VF...")
      ->group(kRunning);
  command
      .add_flag("--refuse-claimed",
                refuse_claimed,
                "Refuse, too, where a VM that is off has such a VF in its definition")
      ->group(kRunning);
}

void RunArguments::add_dangers(CLI::App& command) {
  command
      .add_flag("--allow-driver-reload",
                allow_driver_reload,
                "Take a driver's module away and load it again where its VFs can't be changed "
                "otherwise: none of its GPUs works meanwhile")
      ->group(kRunning);
  command
      .add_flag("--allow-reset",
                allow_reset,
                "Reset GPUs, all of a hive together, where a mode can't be changed otherwise")
      ->group(kRunning);
  command
      .add_flag("--allow-register-writes",
                allow_register_writes,
                "Write registers of a GPU that has no driver, in its driver's stead")
      ->group(kRunning);
}

void RunArguments::give_back(std::string& file) {
  give_back_file(only, file);
  give_back_file(allow_in_use, file);
}

namespace {

/// People wait for minutes and hours, too; a profile's times are shorter.
struct LongUnit {
  std::string_view name;
  int seconds;
};
constexpr std::array kLongUnits{LongUnit{.name = "min", .seconds = 60},
                                LongUnit{.name = "h", .seconds = 3600}};

/// An option's time; zero where it was not given. Errors: syntax, invalid.
vfmgr::Result<vfmgr::Milliseconds> time_of(const std::string& text, std::string_view option) {
  if (text.empty()) {
    return vfmgr::Milliseconds{0};
  }
  const auto* const unit = std::ranges::find_if(
      kLongUnits, [&](const LongUnit& one) { return text.ends_with(one.name); });
  const bool is_long = unit != kLongUnits.end();
  const std::string number = is_long ? text.substr(0, text.size() - unit->name.size()) : "";
  auto time = vfmgr::parse_duration(is_long ? number + "s" : text);
  if (!time) {
    time.error().subject = option;
    time.error().value = text;
    time.error().help = "write a time like 500ms, 30s, 10min or 2h";
    return vfmgr::fail(time.error());
  }
  const int factor = is_long ? unit->seconds : 1;
  return *time > vfmgr::Microseconds(kAsLongAsItTakes) / factor
             ? kAsLongAsItTakes
             : std::chrono::duration_cast<vfmgr::Milliseconds>(*time * factor);
}

/// Who runs this, through sudo, too: for the history, not for a decision.
std::string user_name() {
  // One thread, and nobody sets variables.
  const char* const behind_sudo = std::getenv("SUDO_USER");  // NOLINT(concurrency-mt-unsafe)
  if (behind_sudo != nullptr && ::geteuid() == 0) {
    return behind_sudo;
  }
  const passwd* const user = ::getpwuid(::getuid());  // NOLINT(concurrency-mt-unsafe)
  return user != nullptr ? user->pw_name : "uid " + std::to_string(::getuid());
}

}  // namespace

vfmgr::Result<vfmgr::RunOptions> RunArguments::options(const Context& context) const {
  vfmgr::RunOptions options{.scope = context.scope(only),
                            .keep_going = keep_going,
                            .allow_missing = allow_missing,
                            .allow_in_use = allow_in_use,
                            .adopt = adopt,
                            .allow_driver_reload = allow_driver_reload,
                            .allow_reset = allow_reset,
                            .allow_register_writes = allow_register_writes,
                            .refuse_claimed = refuse_claimed};
  options.by = user_name();
  TRY(options.lock_timeout, time_of(lock_timeout, "--lock-timeout"));
  TRY(options.wait, time_of(wait, "--wait"));
  TRY(options.confirm_within, time_of(confirm_within, "--confirm-within"));
  if (!confirm_within.empty() && options.confirm_within.count() == 0) {
    return vfmgr::fail({.kind = vfmgr::ErrorKind::invalid,
                        .subject = "--confirm-within",
                        .value = confirm_within,
                        .why = "there would be no time to confirm",
                        .help = "give some seconds or minutes, as 5min"});
  }
  return options;
}

vfmgr::ExitCode print_report(Context& context,
                             const vfmgr::RunOptions& options,
                             const vfmgr::Report& report,
                             Run run,
                             std::string_view spare,
                             Kept kept) {
  if (!report.simulated) {
    tell_journal(run_fields(options, report));
  }
  if (context.globals().json) {
    context.print(report_to_json(report));
  } else {
    context.tell(report_text(report, run, context.style(), context.notes() && kept == Kept::no));
    if (!report.confirm_by.empty()) {
      context.tell("It is taken back at " + report.confirm_by +
                   " unless you run:  " + context.program() + " confirm\n");
    }
    const Again again{.program = context.program(), .spare = std::string(spare)};
    context.complain(report_errors_text(report, run, again, context.error_style()));
  }
  return exit_code(report);
}

vfmgr::ExitCode print_plan(Context& context, const vfmgr::Plan& plan) {
  if (context.globals().json) {
    context.print(plan_to_json(plan));
  } else {
    context.tell(plan_text(plan, context.style(), context.globals().verbose > 0));
  }
  return exit_code(plan);
}

}  // namespace vgpuctl
