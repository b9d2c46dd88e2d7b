// SPDX-License-Identifier: Apache-2.0
#include "engine/undo.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "core/try.hpp"
#include "engine/danger.hpp"
#include "engine/differences.hpp"
#include "engine/function_names.hpp"
#include "engine/functions.hpp"
#include "engine/history.hpp"
#include "engine/identity.hpp"
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

/// The first place that is not as it was recorded, and not the driver's own to choose.
std::optional<Place> differs(const State& recorded, const State& now) {
  for (const auto& [place, value] : recorded) {
    if (value.origin != Origin::own && value_at(now, place).is != value.is) {
      return place;
    }
  }
  return std::nullopt;
}

Error moved_since(const UnitPlan& past, const State& now, const Place& place) {
  return Error{.kind = ErrorKind::stale,
               .subject = to_string(place),
               .value = value_at(now, place).text(),
               .why = "that run left it at " + to_string(past.target.at(place)) +
                      ", and now it is " + to_string(value_at(now, place)),
               .help = "somebody changed it since: apply a profile instead"};
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
  State now = (*backend)->probe(kernel, *unit, Depth::whole);
  // One that an undoing before brought back, when others failed, is where it should be.
  const auto moved = differs(past.target, now);
  if (moved && differs(past.before, now)) {
    return fail(moved_since(past, now, *moved));
  }
  UnitPlan plan{.unit = std::move(*unit),
                .backend = past.backend,
                .before = std::move(now),
                .target = past.before};
  for (const Gpu& gpu : plan.unit.gpus) {
    TRY(const Notes notes, load_notes(kernel.state(), gpu.address));
    apply_notes(notes, plan.before);
  }
  plan.steps = (*backend)->lower(plan.unit, plan.before, plan.target).steps;
  plan.lost = lost_by(**backend, plan.unit, plan.before, plan.steps);
  TRY(plan.allowed, find_functions(host, options.allow_in_use));
  refuse_dangers(options, plan);
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
  TRY(Host host, look_at_host(kernel, backends, true));
  ask_identity_by_name(kernel, options.allow_in_use, host);
  Plan plan{.fingerprint = {}, .simulated = kernel.simulated(), .units = {}, .missing = {}};
  for (const UnitPlan& unit : past.units) {
    TRY(UnitPlan back, undo_unit(kernel, backends, host, unit, options));
    plan.units.push_back(std::move(back));
  }
  plan.fingerprint = fingerprint_of(plan.units);
  return plan;
}

}  // namespace vfmgr
