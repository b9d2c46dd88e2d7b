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
#include "backends/pci_vectors.hpp"
#include "core/try.hpp"
#include "engine/converge.hpp"
#include "engine/differences.hpp"
#include "engine/execute.hpp"
#include "engine/footprint.hpp"
#include "engine/functions.hpp"
#include "engine/guard.hpp"
#include "engine/journal.hpp"
#include "engine/locks.hpp"
#include "engine/planner.hpp"
#include "engine/tables.hpp"
#include "kernel/kernel.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
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

/// Units that may run, refused ones, and those with nothing to do.
std::vector<UnitReport> run_units(
    Kernel& kernel, Backends backends, const Plan& plan, bool keep_going, Journal& journal) {
  const AttrTables tables = attr_tables(backends);
  std::vector<UnitReport> reports;
  const auto blocking =
      std::ranges::find_if(plan.units, [](const UnitPlan& unit) { return !unit.blocked.empty(); });
  std::optional<Error> stopped;
  if (blocking != plan.units.end() && !keep_going) {
    stopped = blocking->blocked.front().error;
  }
  for (std::size_t at = 0; at < plan.units.size(); ++at) {
    const UnitPlan& unit = plan.units[at];
    if (unit.steps.empty()) {
      reports.push_back(not_run(unit, Outcome::unchanged, {}));
    } else if (!unit.blocked.empty()) {
      reports.push_back(not_run(unit, Outcome::refused, unit.blocked.front().error));
    } else if (stopped) {
      reports.push_back(not_run(unit, Outcome::skipped, stopped));
    } else {
      Guard guard(kernel);
      Footprint begun;
      Bench bench{.kernel = kernel,
                  .tables = tables,
                  .journal = journal,
                  .unit = at,
                  .before = unit.before,
                  .guard = guard,
                  .begun = begun};
      const Backend& backend = *backend_named(backends, unit.backend);
      UnitReport report = run_unit(bench, backend, unit);
      conclude(bench, backend, report);
      if (report.result == Outcome::in_flight) {
        stopped = report.error;  // the kernel would queue whatever comes after behind it
      }
      reports.push_back(std::move(report));
      continue;
    }
    // A unit that does not run leaves nothing to recover.
    static_cast<void>(journal.end(at).has_value());
  }
  return reports;
}

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
  report.units = run_units(kernel, backends, plan, options.keep_going, journal);
  journal.close();
  report.changed = std::ranges::any_of(report.units, [](const UnitReport& unit) {
    return unit.result == Outcome::applied || unit.result == Outcome::in_flight ||
           !unit.not_restored.empty();
  });
  return report;
}

/// How closely a plan's unit was looked at. One with nothing to do was not looked at in full.
Depth looked_at(const UnitPlan& unit) {
  if (!unit.steps.empty()) {
    return Depth::whole;
  }
  const bool dear = std::ranges::any_of(
      unit.unit.gpus, [&](const Gpu& gpu) { return has_vectors(unit.before, gpu.address); });
  return dear ? Depth::dear : Depth::light;
}

Result<void> as_saved(const Kernel& kernel, Backends backends, const Plan& saved) {
  for (const UnitPlan& unit : saved.units) {
    const Backend* const backend = backend_named(backends, unit.backend);
    if (backend == nullptr || unit.unit.gpus.empty()) {
      return fail({.kind = ErrorKind::invalid,
                   .subject = "plan",
                   .value = unit.backend,
                   .why = "no such backend is known here"});
    }
    const State now = backend->probe(kernel, unit.unit, looked_at(unit));
    for (const auto& [place, value] : unit.before) {
      if (value_at(now, place).is != value.is) {
        return fail({.kind = ErrorKind::stale,
                     .subject = to_string(place),
                     .value = value_at(now, place).text(),
                     .why = "the plan saw " + to_string(value) + ", and now it is " +
                            to_string(value_at(now, place)),
                     .help = "plan again"});
      }
    }
  }
  return {};
}

}  // namespace

Result<Report> run_wish(Kernel& kernel,
                        Backends backends,
                        const Wish& wish,
                        const RunOptions& options) {
  // Before the locks are ours only which GPUs it is about matters.
  TRY(Plan seen, make_plan(kernel, backends, wish, options, Users::not_asked));
  TRY_VOID(nothing_left_behind(kernel, seen.units));
  if (!seen.changes()) {
    return run_locked(kernel, backends, std::move(seen), options);
  }
  TRY(const Locks locks, Locks::take(kernel.state(), lock_names(seen.units), options.lock_timeout));
  TRY_VOID(nothing_left_behind(kernel, seen.units));
  kernel.keep_locks(locks.descriptors());
  TRY(Plan plan, make_plan(kernel, backends, wish, options));
  if (lock_names(plan.units) != lock_names(seen.units)) {
    return fail({.kind = ErrorKind::stale,
                 .subject = "host",
                 .why = "GPUs came or went meanwhile",
                 .help = "run it again"});
  }
  return run_locked(kernel, backends, std::move(plan), options);
}

Result<Report> run_saved(Kernel& kernel,
                         Backends backends,
                         const Plan& saved,
                         const RunOptions& options) {
  TRY(const Locks locks,
      Locks::take(kernel.state(), lock_names(saved.units), options.lock_timeout));
  TRY_VOID(nothing_left_behind(kernel, saved.units));
  kernel.keep_locks(locks.descriptors());
  TRY_VOID(as_saved(kernel, backends, saved));
  Plan plan = saved;
  plan.simulated = kernel.simulated();
  TRY(const Host host, look_at_host(kernel, backends, true));
  for (UnitPlan& unit : plan.units) {
    put_views(kernel, host, unit);
    unit.blocked.clear();  // whoever held a VF then may have gone; each change asks again
  }
  return run_locked(kernel, backends, std::move(plan), options);
}

}  // namespace vfmgr
