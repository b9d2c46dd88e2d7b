// SPDX-License-Identifier: Apache-2.0
#include "engine/running.hpp"

#include "vfmgr/manager.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/step_event.hpp"

#include "backends/backend.hpp"
#include "engine/converge.hpp"
#include "engine/execute.hpp"
#include "engine/footprint.hpp"
#include "engine/gate.hpp"
#include "engine/guard.hpp"
#include "engine/journal.hpp"
#include "engine/stop.hpp"
#include "engine/tables.hpp"
#include "kernel/kernel.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
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

// Each has a helper process of its own while a driver probes in it.
constexpr std::size_t kMostLanes = 8;

/// The units of a plan whose locks are held, on their way.
class Running {
 public:
  Running(Kernel& kernel,
          Backends backends,
          const Plan& plan,
          Journal& journal,
          const RunOptions& options)
      : kernel_(&kernel),
        backends_(backends),
        tables_(attr_tables(backends)),
        plan_(&plan),
        journal_(&journal),
        stop_(options.asked_to_stop),
        on_step_(&options.on_step),
        reports_(plan.units.size()),
        reached_(plan.units.size()) {}

  /// Units that may run, refused ones, and those with nothing to do: in the order of the plan.
  Ended run(bool keep_going) {
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
    return {.reports = std::move(reports_), .reached = std::move(reached_)};
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
    const Backend& backend = *backend_named(backends_, unit.backend);
    Guard guard(*kernel_, &backend, unit.allowed);
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
                .stop = stop_,
                .on_step = on_step_};
    reports_[at] = run_unit(bench, backend, unit);
    conclude(bench, reports_[at]);
    reached_[at] = std::move(bench.reached);
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
  const OnStep* on_step_;
  Gate gate_;
  std::size_t lanes_ = 1;
  std::vector<UnitReport> reports_;
  std::vector<std::optional<State>> reached_;
};

}  // namespace

UnitReport not_run(const UnitPlan& plan, Outcome outcome, std::optional<Error> error) {
  UnitReport report{.plan = plan, .result = outcome, .error = std::move(error)};
  report.steps.resize(plan.steps.size());
  return report;
}

Ended run_units(Kernel& kernel,
                Backends backends,
                const Plan& plan,
                Journal& journal,
                const RunOptions& options) {
  return Running(kernel, backends, plan, journal, options).run(options.keep_going);
}

}  // namespace vfmgr
