// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/inventory.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "core/attr.hpp"
#include "core/try.hpp"
#include "engine/converge.hpp"
#include "engine/differences.hpp"
#include "engine/execute.hpp"
#include "engine/files.hpp"
#include "engine/footprint.hpp"
#include "engine/gate.hpp"
#include "engine/guard.hpp"
#include "engine/journal.hpp"
#include "engine/locks.hpp"
#include "engine/run.hpp"
#include "engine/stop.hpp"
#include "engine/tables.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr {

namespace {

std::set<std::string> locks_of(const CutOff& run) {
  std::set<std::string> names;
  for (const CutOff::OneUnit& unit : run.units) {
    names.merge(locks_for(std::span(&unit.plan, 1)));
  }
  return names;
}

/// A place that reads neither what was recorded nor what the run may have left there: somebody
/// else's doing.
std::optional<Error> moved_by_others(const UnitPlan& plan,
                                     const Footprint& begun,
                                     const State& now) {
  for (const auto& [place, value] : plan.before) {
    const Value seen = value_at(now, place);
    const bool ours = begun.covers(place);
    if (ours && value.origin != Origin::own && !value.unreadable() && seen.is != value.is &&
        !begun.explains(place, seen)) {
      return Error{.kind = ErrorKind::stale,
                   .subject = to_string(place),
                   .value = seen.text(),
                   .why = "it reads " + to_string(seen) +
                          ", which the cut-off run can't have left there; it was " +
                          to_string(value) + " before",
                   .help = "somebody changed it since; put it right by hand and run recover again"};
    }
  }
  return std::nullopt;
}

bool at_target(const UnitPlan& plan, const State& now, TableSpan tables) {
  State compared = plan.target;
  std::erase_if(compared, [](const auto& entry) { return entry.second.origin == Origin::own; });
  return differences(tables, plan.unit, compared, now).empty();
}

/// A GPU that is gone has taken along what the run had begun on it.
bool is_gone(const Kernel& kernel, const Unit& unit) {
  const auto here = kernel.list(place_of(pci::kFunctions, {}));
  return here && std::ranges::none_of(unit.gpus, [&](const Gpu& gpu) {
           return std::ranges::find(*here, to_string(gpu.address)) != here->end();
         });
}

UnitReport recover_unit(Bench& bench, const Backend& backend, const CutOff::OneUnit& unit) {
  UnitReport report{.plan = unit.plan};
  report.steps.resize(unit.plan.steps.size());
  if (is_gone(bench.kernel, unit.plan.unit)) {
    report.result = Outcome::missing;
    report.error = Error{.kind = ErrorKind::missing,
                         .subject = to_string(unit.plan.unit.gpus.front().address),
                         .why = "it is gone, and with it what the run had begun",
                         .help = "nothing is left to take back; where it comes back, apply again"};
    return report;
  }
  State now = backend.probe(bench.kernel, unit.plan.unit, Depth::whole);
  const auto changes = static_cast<std::size_t>(std::ranges::count_if(
      unit.plan.steps, [](const Step& step) { return std::holds_alternative<Change>(step); }));
  const bool ended = unit.reached || (!unit.write_open && unit.writes_done == changes);
  if (ended && at_target(unit.plan, now, bench.tables)) {
    report.result = Outcome::applied;
    bench.reached = std::move(now);
    return report;
  }
  if (auto moved = moved_by_others(unit.plan, unit.begun, now)) {
    report.result = Outcome::failed;
    report.error = std::move(moved);
    return report;
  }
  take_back(bench, backend, unit.plan, announced_footprint(backend, unit.plan), report);
  return report;
}

Result<void> recover_run(Kernel& kernel,
                         std::span<const Backend* const> backends,
                         const CutOff& run,
                         const RunOptions& options,
                         Report& report) {
  TRY(const Locks locks,
      Locks::take(
          kernel.state(), locks_of(run), options.lock_timeout, Stop(options.asked_to_stop)));
  kernel.keep_locks(locks.descriptors());
  auto reopened = Journal::reopen(run.file);
  if (!reopened && reopened.error().os_error == ENOENT) {
    return {};  // another recovery was faster, and is through
  }
  TRY(Journal journal, std::move(reopened));
  // What was read before the locks were ours may be old: another recovery may have been cut off.
  TRY(const std::string text, read_file(run.file));
  TRY(CutOff now, read_journal(run.file, text));
  if (now.boot_id != kernel.boot_id()) {
    keep_what_lasts(now);
  }
  const AttrTables tables = attr_tables(backends);
  Gate gate;
  for (std::size_t at = 0; at < now.units.size(); ++at) {
    const CutOff::OneUnit& unit = now.units[at];
    const auto backend = std::ranges::find(
        backends, unit.plan.backend, [](const Backend* one) { return one->name(); });
    if (unit.ended || backend == backends.end()) {
      continue;
    }
    Guard guard(kernel, *backend);
    Footprint begun = unit.begun;
    Bench bench{.kernel = kernel,
                .tables = tables,
                .journal = journal,
                .unit = at,
                .before = unit.plan.before,
                .guard = guard,
                .gate = gate,
                .begun = begun,
                .stop = Stop(options.asked_to_stop),
                .on_step = &options.on_step};
    UnitReport one = recover_unit(bench, **backend, unit);
    conclude(bench, one);
    if (one.result == Outcome::missing) {
      TRY_VOID(journal.end(at));
    }
    report.changed =
        report.changed || one.result == Outcome::applied || one.result == Outcome::rolled_back;
    report.units.push_back(std::move(one));
  }
  journal.close();
  return {};
}

}  // namespace

Result<Report> recover_runs(Kernel& kernel,
                            std::span<const Backend* const> backends,
                            const RunOptions& options) {
  Report report = nothing_to_do(kernel);
  TRY(std::vector<CutOff> runs, cut_off_runs(kernel.state()));
  for (CutOff& run : runs) {
    if (run.boot_id != kernel.boot_id()) {
      keep_what_lasts(run);
    }
    if (std::ranges::all_of(run.units, &CutOff::OneUnit::ended)) {
      std::error_code ignored;  // the reboot took everything back: it tells of a host that is gone
      std::filesystem::remove(run.file, ignored);
      continue;
    }
    TRY_VOID(recover_run(kernel, backends, run, options, report));
  }
  return report;
}

}  // namespace vfmgr
