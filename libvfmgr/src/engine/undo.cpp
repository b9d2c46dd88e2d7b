// SPDX-License-Identifier: Apache-2.0
#include "engine/undo.hpp"

#include "vfmgr/manager.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "core/try.hpp"
#include "engine/differences.hpp"
#include "engine/function_names.hpp"
#include "engine/functions.hpp"
#include "engine/history.hpp"
#include "engine/notes.hpp"
#include "engine/planner.hpp"
#include "engine/predict.hpp"
#include "engine/saved.hpp"
#include "engine/whom.hpp"
#include "kernel/kernel.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace vfmgr {

namespace {

/// A place that is not as the run left it, and not the driver's own to choose.
std::optional<Error> moved_since(const UnitPlan& past, const State& now) {
  for (const auto& [place, value] : past.target) {
    if (value.origin != Origin::own && value_at(now, place).is != value.is) {
      return Error{.kind = ErrorKind::stale,
                   .subject = to_string(place),
                   .value = value_at(now, place).text(),
                   .why = "that run left it at " + to_string(value) + ", and now it is " +
                          to_string(value_at(now, place)),
                   .help = "somebody changed it since: apply a profile instead"};
    }
  }
  return std::nullopt;
}

Result<UnitPlan> undo_unit(Kernel& kernel,
                           std::span<const Backend* const> backends,
                           const Host& host,
                           const UnitPlan& past,
                           const RunOptions& options) {
  const auto backend = std::ranges::find(backends, past.backend, &Backend::name);
  auto unit =
      backend == backends.end() ? std::nullopt : own_unit(kernel, **backend, host, past.unit);
  if (!unit) {
    return fail({.kind = ErrorKind::stale,
                 .subject = to_string(past.unit.gpus.front().address),
                 .why = "it is not here any more, or is managed otherwise",
                 .help = "apply a profile instead"});
  }
  UnitPlan plan{.unit = std::move(*unit),
                .backend = past.backend,
                .before = (*backend)->probe(kernel, past.unit, Depth::whole),
                .target = past.before};
  if (auto moved = moved_since(past, plan.before)) {
    return fail(std::move(*moved));
  }
  for (const Gpu& gpu : plan.unit.gpus) {
    TRY(const Notes notes, load_notes(kernel.state(), gpu.address));
    apply_notes(notes, plan.before);
  }
  plan.steps = (*backend)->lower(plan.unit, plan.before, plan.target).steps;
  plan.lost = lost_by(**backend, plan.unit, plan.before, plan.steps);
  TRY(plan.allowed, find_functions(host, options.allow_in_use));
  ask_whom_it_hits(kernel, kernel, host, options, plan);
  describe(plan);
  put_views(kernel, host, plan);
  return plan;
}

}  // namespace

Result<Plan> plan_undoing(Kernel& kernel,
                          std::span<const Backend* const> backends,
                          const Remembered& past,
                          const RunOptions& options) {
  TRY(const Host host, look_at_host(kernel, backends, true));
  Plan plan{.fingerprint = {}, .simulated = kernel.simulated(), .units = {}, .missing = {}};
  for (const UnitPlan& unit : past.units) {
    TRY(UnitPlan back, undo_unit(kernel, backends, host, unit, options));
    plan.units.push_back(std::move(back));
  }
  plan.fingerprint = fingerprint_of(plan.units);
  return plan;
}

}  // namespace vfmgr
