// SPDX-License-Identifier: Apache-2.0
// One primitive: probe, plan from what is there to the target, run, verify. Going forward its
// target is the profile's, going back it is the recorded state.
#include "engine/converge.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "core/try.hpp"
#include "engine/differences.hpp"
#include "engine/execute.hpp"
#include "engine/footprint.hpp"
#include "engine/notes.hpp"
#include "engine/predict.hpp"
#include "engine/stop.hpp"
#include "engine/telling.hpp"
#include "engine/walk.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr {

namespace {

constexpr int kAttempts = 3;
constexpr int kFailuresUntilGivenUp = 2;
// Each place given up buys one more attempt; past this somebody is working against us.
constexpr int kAttemptsInAll = 16;

const Place& place_of_step(const Step& step) {
  const auto* const change = std::get_if<Change>(&step);
  return change != nullptr ? change->effects.front().at : std::get<Await>(step).at;
}

/// Places whose failures are counted on the way back, and those that no longer hold it up.
struct Patience {
  std::map<Place, int> failures;
  std::set<Place> given_up;
  std::map<Place, Error> why;

  [[nodiscard]] bool spent_on(const Step& step) const {
    return given_up.contains(place_of_step(step));
  }
  void count(const Step& step, Error error) {
    const Place& place = place_of_step(step);
    why.insert_or_assign(place, std::move(error));
    if (++failures[place] >= kFailuresUntilGivenUp) {
      given_up.insert(place);
    }
  }
};

bool within(const Footprint& announced, const Step& step) {
  const auto* const change = std::get_if<Change>(&step);
  return change == nullptr || std::ranges::all_of(change->effects, [&](const Effect& effect) {
           return announced.covers(effect.at);
         });
}

/// The recorded values of what the run began.
State begun_part(const State& before, const Footprint& begun) {
  State part;
  for (const auto& [place, value] : before) {
    if (begun.covers(place)) {
      part.emplace(place, value);
    }
  }
  return part;
}

/// What differs and is ours to name: the driver's own may come out as it likes.
std::vector<Difference> open_differences(const Bench& bench,
                                         const Unit& unit,
                                         const State& want,
                                         const State& now) {
  State compared = want;
  std::erase_if(compared, [](const auto& entry) { return entry.second.origin == Origin::own; });
  return differences(bench.tables, unit, compared, now);
}

enum class Walk { done, nothing_to_do, failed, in_flight, stopped };

/// One attempt on the way back.
Walk walk_back(Bench& bench,
               const UnitPlan& road,
               const Footprint& announced,
               Patience& patience,
               UnitReport& report) {
  Walk result = Walk::nothing_to_do;
  bool skipped = false;
  std::size_t number = 0;
  for (const Step& step : road.steps) {
    ++number;
#ifdef VFMGR_PLANT_SKIPPED_RESTORE
    // Of the test that shows the matrix to be able to fail: one restoring write is left out.
    if (&step == &road.steps.back()) {
      continue;
    }
#endif
    if (bench.ends()) {
      report.troubles.push_back(stopped());
      return Walk::stopped;
    }
    if (patience.spent_on(step) || !within(announced, step)) {
      skipped = true;
      continue;
    }
    const Telling told(bench, step, number, road.steps.size());
    Ran ran = run_step(bench, step);
    if (ran.outcome == StepOutcome::done) {
      result = Walk::done;
      continue;
    }
    report.troubles.push_back(*ran.error);
    if (ran.outcome == StepOutcome::in_flight) {
      return Walk::in_flight;
    }
    patience.count(step, std::move(*ran.error));
    // Behind a step that was left out a later one may not be as planned: that alone ends no
    // attempt.
    if (!skipped) {
      return Walk::failed;
    }
    result = Walk::failed;
  }
  return result;
}

void name_what_differs(const Bench& bench,
                       const UnitPlan& plan,
                       const State& now,
                       const Patience& patience,
                       UnitReport& report) {
  for (Difference& difference : differences(bench.tables, plan.unit, plan.before, now)) {
    const Value& recorded = plan.before.at(difference.at);
    const auto why = patience.why.find(difference.at);
    const bool tried = why != patience.why.end();
    // A driver's own choice is left behind for good reason, as is a module that others may use by
    // now: unless it was to be written back, and that failed.
    if (tried || (recorded.origin != Origin::own && bench.begun.covers(difference.at))) {
      if (tried) {
        difference.cause = to_string(why->second);
      }
      report.not_restored.push_back(std::move(difference));
    } else {
      report.outside.push_back(std::move(difference));
    }
  }
}

/// Whether the host is at the target; where a guess was wrong, mends it within what was announced.
bool reach(Bench& bench, const Backend& backend, const UnitPlan& plan, UnitReport& report) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    State now = backend.probe(bench.kernel, plan.unit, Depth::whole);
    const auto open = open_differences(bench, plan.unit, plan.target, now);
    if (open.empty()) {
      bench.reached = std::move(now);
      return true;
    }
    const UnitPlan rest = backend.lower(plan.unit, now, plan.target);
    const Footprint announced = announced_footprint(backend, plan);
    const bool allowed =
        std::ranges::all_of(rest.steps, [&](const Step& step) { return within(announced, step); });
    if (rest.steps.empty() || !allowed || attempt + 1 == kAttempts) {
      const Difference& first = open.front();
      report.error =
          Error{.kind = ErrorKind::io,
                .subject = to_string(first.at),
                .value = value_at(now, first.at).text(),
                .why = "all was written, and it reads " + to_string(value_at(now, first.at)) +
                       " instead of " + to_string(plan.target.at(first.at))};
      return false;
    }
    report.error = walk(bench, rest.steps, nullptr);
    if (report.error) {
      return false;
    }
  }
  return false;
}

Result<void> write_notes(const Bench& bench, const UnitPlan& plan) {
  for (const Gpu& gpu : plan.unit.gpus) {
    TRY(const Notes notes, load_notes(bench.kernel.state(), gpu.address));
    const Notes next = noted_after(bench.tables, notes, gpu.address, plan, *bench.reached);
    if (next != notes) {
      TRY_VOID(save_notes(bench.kernel.state(), gpu.address, next));
    }
  }
  return {};
}

}  // namespace

Footprint announced_footprint(const Backend& backend, const UnitPlan& plan) {
  Footprint announced = footprint_of(plan.steps);
  const State after = predict(plan.before, plan.steps);
  const Footprint back = footprint_of(backend.lower(plan.unit, after, plan.before).steps);
  for (const auto& [place, may] : back.may) {
    announced.may[place].any = true;
  }
  announced.below.insert(back.below.begin(), back.below.end());
  return announced;
}

void take_back(Bench& bench,
               const Backend& backend,
               const UnitPlan& plan,
               const Footprint& announced,
               UnitReport& report) {
  bench.going_back = true;
  Patience patience;
  State now = backend.probe(bench.kernel, plan.unit, Depth::whole);
  int attempts = kAttempts;
  for (int attempt = 0; attempt < std::min(attempts, kAttemptsInAll); ++attempt) {
    const std::size_t given_up = patience.given_up.size();
    const State want = begun_part(plan.before, bench.begun);
    const Walk walk =
        walk_back(bench, backend.lower(plan.unit, now, want), announced, patience, report);
    if (walk == Walk::in_flight) {
      report.result = Outcome::in_flight;
      return;
    }
    now = backend.probe(bench.kernel, plan.unit, Depth::whole);
    if (walk == Walk::nothing_to_do || walk == Walk::stopped) {
      break;
    }
    attempts += static_cast<int>(patience.given_up.size() - given_up);
  }
  name_what_differs(bench, plan, now, patience, report);
  report.result = report.not_restored.empty() ? Outcome::rolled_back : Outcome::failed;
}

void conclude(Bench& bench, UnitReport& report) {
  const auto note = [&](Result<void> result) {
    if (!result) {
      report.troubles.push_back(result.error());
    }
  };
  if (report.result == Outcome::applied) {
    note(write_notes(bench, report.plan));
  }
  if (report.result == Outcome::applied || report.result == Outcome::rolled_back ||
      report.result == Outcome::refused) {
    note(bench.journal.end(bench.unit));
  }
}

UnitReport run_unit(Bench& bench, const Backend& backend, const UnitPlan& plan) {
  UnitReport report{.plan = plan};
  report.steps.resize(plan.steps.size());
  const Milliseconds begin = bench.kernel.now();
  report.error = walk(bench, plan.steps, &report.steps);
  if (report.error) {
    backend.explain(bench.kernel, plan.unit, *report.error);
  }
  if (!report.error && reach(bench, backend, plan, report)) {
    report.result = Outcome::applied;
    if (const auto written = bench.journal.reached(bench.unit); !written) {
      report.troubles.push_back(written.error());
    }
  } else if (report.error->kind == ErrorKind::in_flight) {
    report.result = Outcome::in_flight;
  } else if (bench.begun.may.empty()) {
    report.result = Outcome::refused;  // not a single write was begun
  } else {
    take_back(bench, backend, plan, announced_footprint(backend, plan), report);
  }
  report.duration_us =
      static_cast<std::uint64_t>(std::chrono::microseconds(bench.kernel.now() - begin).count());
  return report;
}

}  // namespace vfmgr
