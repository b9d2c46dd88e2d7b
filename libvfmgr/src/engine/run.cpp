// SPDX-License-Identifier: Apache-2.0
#include "engine/run.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "core/try.hpp"
#include "engine/converge.hpp"
#include "engine/differences.hpp"
#include "engine/execute.hpp"
#include "engine/footprint.hpp"
#include "engine/function_names.hpp"
#include "engine/functions.hpp"
#include "engine/gate.hpp"
#include "engine/guard.hpp"
#include "engine/journal.hpp"
#include "engine/locks.hpp"
#include "engine/planner.hpp"
#include "engine/saved.hpp"
#include "engine/stop.hpp"
#include "engine/tables.hpp"
#include "engine/user_wait.hpp"
#include "kernel/kernel.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

using Backends = std::span<const Backend* const>;

const Backend* backend_named(Backends backends, std::string_view name) {
  const auto found =
      std::ranges::find(backends, name, [](const Backend* one) { return one->name(); });
  return found == backends.end() ? nullptr : *found;
}

std::set<std::string> lock_names(const std::vector<UnitPlan>& units) {
  std::set<std::string> names;
  for (const UnitPlan& unit : units) {
    for (const Gpu& gpu : unit.unit.gpus) {
      names.insert(lock_name(gpu.address));
    }
  }
  return names;
}

/// A run that was cut off on one of these GPUs comes first.
Result<void> nothing_left_behind(const Kernel& kernel, const std::vector<UnitPlan>& units) {
  const std::set<std::string> ours = lock_names(units);
  TRY(const std::vector<CutOff> runs, cut_off_runs(kernel.state()));
  for (const CutOff& run : runs) {
    if (run.boot_id != kernel.boot_id()) {
      continue;  // the reboot took everything back
    }
    for (const CutOff::OneUnit& unit : run.units) {
      for (const std::string& name : lock_names({unit.plan})) {
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

UnitReport not_run(const UnitPlan& plan, Outcome outcome, std::optional<Error> error) {
  UnitReport report{.plan = plan, .result = outcome, .error = std::move(error)};
  report.steps.resize(plan.steps.size());
  return report;
}

// Each has a helper process of its own while a driver probes in it.
constexpr std::size_t kMostLanes = 8;

/// The units of a plan whose locks are held, on their way.
class Running {
 public:
  Running(Kernel& kernel, Backends backends, const Plan& plan, Journal& journal, Stop stop)
      : kernel_(&kernel),
        backends_(backends),
        tables_(attr_tables(backends)),
        plan_(&plan),
        journal_(&journal),
        stop_(std::move(stop)),
        reports_(plan.units.size()) {}

  /// Units that may run, refused ones, and those with nothing to do: in the order of the plan.
  std::vector<UnitReport> run(bool keep_going) {
    const auto blocking = std::ranges::find_if(
        plan_->units, [](const UnitPlan& unit) { return !unit.blocked.empty(); });
    std::optional<Error> refused;
    if (blocking != plan_->units.end() && !keep_going) {
      refused = blocking->blocked.front().error;
    }
    std::vector<std::size_t> free;
    for (std::size_t at = 0; at < plan_->units.size(); ++at) {
      const UnitPlan& unit = plan_->units[at];
      if (unit.steps.empty()) {
        leave_out(at, Outcome::unchanged, {});
      } else if (!unit.blocked.empty()) {
        leave_out(at, Outcome::refused, unit.blocked.front().error);
      } else if (refused) {
        leave_out(at, Outcome::skipped, refused);
      } else {
        free.push_back(at);
      }
    }
    run_all(free);
    return std::move(reports_);
  }

 private:
  /// Side by side: while one waits for its VFs the others bind theirs, several at a time where
  /// there are processors for it. A simulated host has one clock, and a log whose order tests rely
  /// on: there one comes after the other.
  void run_all(const std::vector<std::size_t>& units) {
    if (!kernel_->simulated() && !units.empty()) {
      const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
      lanes_ = std::clamp<std::size_t>(processors / units.size(), 1, kMostLanes);
    }
    std::vector<std::jthread> others;
    for (const std::size_t at : units) {
      if (kernel_->simulated() || at == units.back()) {
        run_one(at);
      } else {
        try {
          others.emplace_back([this, at] { run_one(at); });
        } catch (const std::system_error&) {
          run_one(at);  // the machine gives no more threads
        }
      }
    }
  }

  void run_one(std::size_t at) {
    if (const auto stuck = gate_.why_shut()) {
      leave_out(at, Outcome::skipped, stuck);  // the kernel would queue it behind what is stuck
      return;
    }
    if (stop_.goes_back()) {
      leave_out(at, Outcome::skipped, stopped());
      return;
    }
    const UnitPlan& unit = plan_->units[at];
    Guard guard(*kernel_, unit.allowed);
    Footprint begun;
    Bench bench{.kernel = *kernel_,
                .tables = tables_,
                .journal = *journal_,
                .unit = at,
                .before = unit.before,
                .guard = guard,
                .gate = gate_,
                .begun = begun,
                .lanes = lanes_,
                .stop = stop_};
    reports_[at] = run_unit(bench, *backend_named(backends_, unit.backend), unit);
    conclude(bench, reports_[at]);
  }

  void leave_out(std::size_t at, Outcome outcome, std::optional<Error> error) {
    reports_[at] = not_run(plan_->units[at], outcome, std::move(error));
    // A unit that does not run leaves nothing to recover.
    static_cast<void>(journal_->end(at).has_value());
  }

  Kernel* kernel_;
  Backends backends_;
  AttrTables tables_;
  const Plan* plan_;
  Journal* journal_;
  Stop stop_;
  Gate gate_;
  std::size_t lanes_ = 1;
  std::vector<UnitReport> reports_;
};

bool runs_any(const Plan& plan, bool keep_going) {
  const bool blocked =
      std::ranges::any_of(plan.units, [](const UnitPlan& unit) { return !unit.blocked.empty(); });
  return (keep_going || !blocked) && std::ranges::any_of(plan.units, [](const UnitPlan& unit) {
           return !unit.steps.empty() && unit.blocked.empty();
         });
}

/// Runs a plan whose locks are held.
Result<Report> run_locked(Kernel& kernel, Backends backends, Plan plan, const RunOptions& options) {
  Report report{
      .simulated = plan.simulated, .changed = false, .units = {}, .missing = plan.missing};
  if (!runs_any(plan, options.keep_going)) {
    const auto blocking = std::ranges::find_if(
        plan.units, [](const UnitPlan& unit) { return !unit.blocked.empty(); });
    for (const UnitPlan& unit : plan.units) {
      const bool idle = unit.steps.empty();
      const bool refused = !unit.blocked.empty();
      std::optional<Error> why;
      if (!idle) {
        why = refused ? unit.blocked.front().error : blocking->blocked.front().error;
      }
      report.units.push_back(not_run(unit,
                                     idle      ? Outcome::unchanged
                                     : refused ? Outcome::refused
                                               : Outcome::skipped,
                                     std::move(why)));
    }
    return report;
  }
  TRY(Journal journal, Journal::create(kernel.state(), kernel.boot_id(), plan.units));
  report.units =
      Running(kernel, backends, plan, journal, Stop(options.asked_to_stop)).run(options.keep_going);
  journal.close();
  report.changed = std::ranges::any_of(report.units, [](const UnitReport& unit) {
    return unit.result == Outcome::applied || unit.result == Outcome::in_flight ||
           !unit.not_restored.empty();
  });
  return report;
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
  if (!seen.changes()) {
    return run_locked(kernel, backends, std::move(seen), options);
  }
  TRY(const Locks locks,
      Locks::take(kernel.state(),
                  lock_names(seen.units),
                  options.lock_timeout,
                  Stop(options.asked_to_stop)));
  TRY_VOID(nothing_left_behind(kernel, seen.units));
  kernel.keep_locks(locks.descriptors());
  TRY(Plan plan, make_plan(kernel, backends, wish, options));
  if (lock_names(plan.units) != lock_names(seen.units)) {
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

}  // namespace

Result<Report> run_wish(Kernel& kernel,
                        Backends backends,
                        const Wish& wish,
                        const RunOptions& options) {
  UserWait users(kernel, options.wait);
  for (;;) {
    TRY(std::optional<Report> report, try_wish(kernel, backends, wish, options, users));
    if (report) {
      return std::move(*report);
    }
    users.wait();
    if (Stop(options.asked_to_stop).goes_back()) {
      return fail(stopped());
    }
  }
}

Result<Report> run_saved(Kernel& kernel,
                         Backends backends,
                         const Plan& saved,
                         const RunOptions& options) {
  TRY(const Locks locks,
      Locks::take(kernel.state(),
                  lock_names(saved.units),
                  options.lock_timeout,
                  Stop(options.asked_to_stop)));
  TRY_VOID(nothing_left_behind(kernel, saved.units));
  kernel.keep_locks(locks.descriptors());
  TRY(const Host host, look_at_host(kernel, backends, options.scope.all_classes));
  TRY(Plan plan, as_saved(kernel, backends, host, saved));
  TRY(const std::vector<Place> allowed, find_functions(host, options.allow_in_use));
  for (UnitPlan& unit : plan.units) {
    put_views(kernel, host, unit);
    unit.allowed = allowed;
  }
  return run_locked(kernel, backends, std::move(plan), options);
}

}  // namespace vfmgr
