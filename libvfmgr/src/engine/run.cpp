// SPDX-License-Identifier: Apache-2.0
#include "engine/run.hpp"

#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "core/try.hpp"
#include "engine/adopt.hpp"
#include "engine/danger.hpp"
#include "engine/function_names.hpp"
#include "engine/functions.hpp"
#include "engine/history.hpp"
#include "engine/identity.hpp"
#include "engine/journal.hpp"
#include "engine/locks.hpp"
#include "engine/planner.hpp"
#include "engine/running.hpp"
#include "engine/saved.hpp"
#include "engine/stop.hpp"
#include "engine/undo.hpp"
#include "engine/user_wait.hpp"
#include "engine/whom.hpp"
#include "kernel/kernel.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

using Backends = std::span<const Backend* const>;

/// A run that was cut off on one of these GPUs comes first.
Result<void> nothing_left_behind(const Kernel& kernel, const std::vector<UnitPlan>& units) {
  const std::set<std::string> ours = lock_names(units);
  TRY(std::vector<CutOff> runs, cut_off_runs(kernel.state()));
  for (CutOff& run : runs) {
    if (run.boot_id != kernel.boot_id()) {
      keep_what_lasts(run);
    }
    for (const CutOff::OneUnit& unit : run.units) {
      for (const std::string& name : lock_names(std::span(&unit.plan, 1))) {
        if (!unit.ended && ours.contains(name)) {
          return fail({.kind = ErrorKind::not_restored,
                       .subject = to_string(unit.plan.unit.gpus.front().address),
                       .why = "an earlier run on it was cut off",
                       .help = "run `vgpuctl recover` first"});
        }
      }
    }
  }
  return {};
}

std::optional<Error> first_error(const Report& report) {
  const auto unit = std::ranges::find_if(
      report.units, [](const UnitReport& one) { return one.error.has_value(); });
  return unit == report.units.end() ? std::nullopt : unit->error;
}

bool runs_any(const Plan& plan, bool keep_going) {
  const bool blocked =
      std::ranges::any_of(plan.units, [](const UnitPlan& unit) { return !unit.blocked.empty(); });
  return (keep_going || !blocked) && std::ranges::any_of(plan.units, [](const UnitPlan& unit) {
           return !unit.steps.empty() && unit.blocked.empty();
         });
}

/// Writes down what a run changed. What can't be remembered could not be taken back when nobody
/// confirms it, and so goes back now.
Result<void> put_into_history(Kernel& kernel,
                              Backends backends,
                              const Remembered& changed,
                              const RunOptions& options,
                              Report& report) {
  report.confirm_by = changed.run.confirm_by;
  const auto id = remember(kernel.state(), changed);
  if (id) {
    report.run = *id;
    return {};
  }
  report.units.front().troubles.push_back(id.error());
  if (options.confirm_within.count() == 0) {
    return {};
  }
  report.confirm_by.clear();
  TRY(const Plan back, plan_undoing(kernel, backends, changed, options));
  TRY(Journal journal, Journal::create(kernel.state(), kernel.boot_id(), back.units));
  report.units = run_units(kernel, backends, back, journal, options).reports;
  journal.close();
  if (exit_code(report) == ExitCode::ok) {
    Error error = id.error();
    error.help =
        "the run could not be remembered, so that nobody could take it back later: it was "
        "taken back now";
    return fail(std::move(error));
  }
  return {};
}

/// Runs a plan whose locks are held. `undoes`: the past run that it takes back.
Result<Report> run_locked(Kernel& kernel,
                          Backends backends,
                          Plan plan,
                          const RunOptions& options,
                          std::optional<std::uint64_t> undoes = {}) {
  Report report;
  report.simulated = plan.simulated;
  report.missing = plan.missing;
  report.plan = plan.fingerprint;
  const bool refused =
      std::ranges::any_of(plan.units, [](const UnitPlan& unit) { return !unit.blocked.empty(); });
  if (!refused || options.keep_going) {
    TRY_VOID(adopt_as_it_is(kernel, backends, plan));
  }
  if (!runs_any(plan, options.keep_going)) {
    const auto blocking = std::ranges::find_if(
        plan.units, [](const UnitPlan& unit) { return !unit.blocked.empty(); });
    for (const UnitPlan& unit : plan.units) {
      const bool idle = unit.steps.empty();
      const bool blocked = !unit.blocked.empty();
      std::optional<Error> why;
      if (!idle) {
        why = blocked ? unit.blocked.front().error : blocking->blocked.front().error;
      }
      report.units.push_back(not_run(unit,
                                     idle      ? Outcome::unchanged
                                     : blocked ? Outcome::refused
                                               : Outcome::skipped,
                                     std::move(why)));
    }
    return report;
  }
  TRY(Journal journal, Journal::create(kernel.state(), kernel.boot_id(), plan.units));
  Ended ended = run_units(kernel, backends, plan, journal, options);
  report.units = std::move(ended.reports);
  journal.close();
  if (const Remembered changed =
          what_changed(kernel, plan, report.units, ended.reached, options, undoes);
      !changed.units.empty()) {
    TRY_VOID(put_into_history(kernel, backends, changed, options, report));
  }
  report.changed = std::ranges::any_of(report.units, [](const UnitReport& unit) {
    return unit.result == Outcome::applied || unit.result == Outcome::in_flight ||
           !unit.not_restored.empty();
  });
  return report;
}

/// Tries until the run is not refused for its users alone, or the time to wait for them is over. A
/// try takes the locks and lets go of them.
template <class Try>
Result<Report> until_users_go(const Kernel& kernel, const RunOptions& options, const Try& one) {
  UserWait users(kernel, options.wait);
  for (;;) {
    TRY(std::optional<Report> report, one(users));
    if (report) {
      return std::move(*report);
    }
    users.wait();
    if (Stop(options.asked_to_stop).goes_back()) {
      return fail(stopped());
    }
  }
}

/// The locks of these units' GPUs, on which no run was cut off.
Result<Locks> locks_of(Kernel& kernel,
                       const std::vector<UnitPlan>& units,
                       const RunOptions& options) {
  TRY(Locks locks,
      Locks::take(
          kernel.state(), locks_for(units), options.lock_timeout, Stop(options.asked_to_stop)));
  TRY_VOID(nothing_left_behind(kernel, units));
  kernel.keep_locks(locks.descriptors());
  return locks;
}

/// One try under the locks. Nothing: users are in the way, and there is time to wait for them.
Result<std::optional<Report>> try_wish(Kernel& kernel,
                                       Backends backends,
                                       const Wish& wish,
                                       const RunOptions& options,
                                       const UserWait& users) {
  // Before the locks are ours only which GPUs it is about matters.
  TRY(Plan seen, make_plan(kernel, backends, wish, options, Users::not_asked));
  TRY_VOID(nothing_left_behind(kernel, seen.units));
  if (!seen.changes() && std::ranges::none_of(seen.units, &UnitPlan::adopted)) {
    return run_locked(kernel, backends, std::move(seen), options);
  }
  TRY(const Locks locks, locks_of(kernel, seen.units, options));
  TRY(Plan plan, make_plan(kernel, backends, wish, options));
  if (locks_for(plan.units) != locks_for(seen.units)) {
    return fail({.kind = ErrorKind::stale,
                 .subject = "host",
                 .why = "GPUs came or went meanwhile",
                 .help = "run it again"});
  }
  if (users.has_time_for(plan)) {
    return std::nullopt;
  }
  return run_locked(kernel, backends, std::move(plan), options);
}

Result<std::optional<Report>> try_saved(Kernel& kernel,
                                        Backends backends,
                                        const Plan& saved,
                                        const RunOptions& options,
                                        const UserWait& users) {
  TRY(const Locks locks, locks_of(kernel, saved.units, options));
  TRY(Host host, look_at_host(kernel, backends, options.scope.all_classes));
  ask_identity_by_name(kernel, options.allow_in_use, host);
  TRY(Plan plan, as_saved(kernel, backends, host, saved));
  TRY(const std::vector<Place> allowed, find_functions(host, options.allow_in_use));
  for (UnitPlan& unit : plan.units) {
    unit.allowed = allowed;
    TRY_VOID(ask_whose_it_is(kernel, options, unit));
    refuse_dangers(options, unit);
    ask_whom_it_hits(kernel, kernel, host, options, unit);
    put_views(kernel, host, unit);
  }
  if (users.has_time_for(plan)) {
    return std::nullopt;
  }
  return run_locked(kernel, backends, std::move(plan), options);
}

Result<std::optional<Report>> try_undo(Kernel& kernel,
                                       Backends backends,
                                       const Remembered& past,
                                       const RunOptions& options,
                                       const UserWait& users) {
  TRY(const Locks locks, locks_of(kernel, past.units, options));
  TRY(const auto still, past_run(kernel.state(), past.run.id));
  if (!still || still->run.undone || still->run.confirmation != past.run.confirmation) {
    return nothing_to_do(kernel);  // somebody was faster
  }
  TRY(Plan plan, plan_undoing(kernel, backends, past, options));
  if (users.has_time_for(plan)) {
    return std::nullopt;
  }
  TRY(Report report, run_locked(kernel, backends, std::move(plan), options, past.run.id));
  if (exit_code(report) == ExitCode::ok) {
    TRY_VOID(mark(kernel.state(), past.run.id, Mark::undone));
  }
  return report;
}

}  // namespace

Report nothing_to_do(const Kernel& kernel) {
  Report report;
  report.simulated = kernel.simulated();
  return report;
}

Result<Report> run_wish(Kernel& kernel,
                        Backends backends,
                        const Wish& wish,
                        const RunOptions& options) {
  return until_users_go(kernel, options, [&](const UserWait& users) {
    return try_wish(kernel, backends, wish, options, users);
  });
}

Result<Report> run_saved(Kernel& kernel,
                         Backends backends,
                         const Plan& saved,
                         const RunOptions& options) {
  return until_users_go(kernel, options, [&](const UserWait& users) {
    return try_saved(kernel, backends, saved, options, users);
  });
}

Result<Report> run_undo(Kernel& kernel, Backends backends, const RunOptions& options) {
  TRY(const std::optional<Remembered> last, last_to_undo(kernel));
  if (!last) {
    return nothing_to_do(kernel);
  }
  return until_users_go(kernel, options, [&](const UserWait& users) {
    return try_undo(kernel, backends, *last, options, users);
  });
}

Result<Report> run_revert(Kernel& kernel,
                          Backends backends,
                          const Remembered& past,
                          const RunOptions& options) {
  // Nobody is there to be asked, and who asked for the run knew that it goes back by itself.
  RunOptions with_dangers = options;
  allow_all_dangers(with_dangers);
  auto report = until_users_go(kernel, options, [&](const UserWait& users) {
    return try_undo(kernel, backends, past, with_dangers, users);
  });
  const std::optional<Error> why_not = report ? first_error(*report) : report.error();
  if (why_not) {
    TRY_VOID(mark(kernel.state(), past.run.id, Mark::not_taken_back, to_string(*why_not)));
  }
  return report;
}

}  // namespace vfmgr
