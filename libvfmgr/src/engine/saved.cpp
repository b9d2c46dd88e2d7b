// SPDX-License-Identifier: Apache-2.0
#include "engine/saved.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "backends/pci_vectors.hpp"
#include "core/attr.hpp"
#include "core/settings.hpp"
#include "core/try.hpp"
#include "engine/differences.hpp"
#include "engine/functions.hpp"
#include "engine/tables.hpp"
#include "kernel/kernel.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

std::string name_of(const Unit& unit) {
  return unit.gpus.empty() ? std::string("plan") : to_string(unit.gpus.front().address);
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

Result<void> is_as_seen(const Kernel& kernel, const Backend& backend, const UnitPlan& plan) {
  const State now = backend.probe(kernel, plan.unit, looked_at(plan));
  for (const auto& [place, value] : plan.before) {
    if (value_at(now, place).is != value.is) {
      return fail({.kind = ErrorKind::stale,
                   .subject = to_string(place),
                   .value = value_at(now, place).text(),
                   .why = "the plan saw " + to_string(value) + ", and now it is " +
                          to_string(value_at(now, place)),
                   .help = "plan again"});
    }
  }
  return {};
}

Error not_ours(const Unit& unit, std::string why) {
  return {.kind = ErrorKind::invalid,
          .subject = name_of(unit),
          .why = std::move(why),
          .help = "plan again with this vgpuctl: what its plan --out saved must not be edited"};
}

/// A record or a target names places of the unit's GPUs and of nothing beside them.
Result<void> is_about(const Unit& unit, const State& state, TableSpan tables) {
  for (const auto& [place, value] : state) {
    const Attr* const attr = find_attr(tables, place);
    const auto holes = attr == nullptr ? std::nullopt : match(*attr, place);
    const bool ours = holes && (!holes->gpu || std::ranges::any_of(unit.gpus, [&](const Gpu& gpu) {
                        return gpu.address == *holes->gpu;
                      }));
    if (!ours) {
      return fail(not_ours(unit, "the plan reaches beyond it, to " + to_string(place)));
    }
  }
  return {};
}

Result<UnitPlan> unit_as_saved(const Kernel& kernel,
                               std::span<const Backend* const> backends,
                               const Host& host,
                               const UnitPlan& saved) {
  const auto backend = std::ranges::find(backends, saved.backend, &Backend::name);
  if (backend == backends.end()) {
    return fail(not_ours(saved.unit, "no backend '" + saved.backend + "' is known here"));
  }
  UnitPlan plan = saved;
  auto unit = own_unit(kernel, **backend, host, saved.unit);
  if (!unit) {
    return fail({.kind = ErrorKind::stale,
                 .subject = name_of(saved.unit),
                 .why = "there is no such GPU here that " + saved.backend +
                        " manages, or it shares its fate with others now",
                 .help = "plan again"});
  }
  plan.unit = std::move(*unit);
  plan.blocked.clear();
  plan.overridden.clear();
  plan.claimed.clear();
  const AttrTables tables = attr_tables(std::span(&*backend, 1));
  TRY_VOID(is_about(plan.unit, plan.before, tables));
  TRY_VOID(is_about(plan.unit, plan.target, tables));
  TRY_VOID(is_as_seen(kernel, **backend, plan));
  if ((*backend)->lower(plan.unit, plan.before, plan.target).steps != plan.steps) {
    return fail(not_ours(plan.unit, "its steps are not those that this vgpuctl makes"));
  }
  return plan;
}

}  // namespace

std::optional<Unit> own_unit(const Kernel& kernel,
                             const Backend& backend,
                             const Host& host,
                             const Unit& saved) {
  for (Unit& unit : backend.units(kernel, host.managed_by(backend))) {
    if (std::ranges::equal(unit.gpus, saved.gpus, {}, &Gpu::address, &Gpu::address)) {
      return std::move(unit);
    }
  }
  return std::nullopt;
}

Result<Plan> as_saved(const Kernel& kernel,
                      std::span<const Backend* const> backends,
                      const Host& host,
                      const Plan& saved) {
  Plan plan{.fingerprint = saved.fingerprint,
            .simulated = kernel.simulated(),
            .units = {},
            .missing = saved.missing};
  for (const UnitPlan& unit : saved.units) {
    TRY(UnitPlan own, unit_as_saved(kernel, backends, host, unit));
    plan.units.push_back(std::move(own));
  }
  return plan;
}

}  // namespace vfmgr
