// SPDX-License-Identifier: Apache-2.0
#include "engine/whom.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "engine/footprint.hpp"
#include "engine/functions.hpp"
#include "engine/guard.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "vms/definitions.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace vfmgr {

namespace {

/// Who would be hit, each function asked once; the groups are let go of again.
void ask_users(Kernel& kernel, const Host& host, UnitPlan& plan) {
  const Backend* const backend = host.backend_of(plan.unit.gpus.front().address);
  std::set<std::string> asked;  // by path, as whatever it is looked at
  for (const Step& step : plan.steps) {
    const auto* const change = std::get_if<Change>(&step);
    if (change == nullptr) {
      continue;
    }
    for (const Place& function : Guard::asked_by(*change, plan.before)) {
      if (!asked.insert(function.path).second) {
        continue;
      }
      Change one = *change;
      one.disturbs = {function};
      Guard guard(kernel, backend);  // lets go at once: others may be at work
      const bool allowed = std::ranges::any_of(plan.allowed, [&](const Place& place) {
        return place.in == function.in && place.path == function.path;
      });
      std::ranges::move(guard.in_the_way(one, plan.before, footprint_of({})),
                        std::back_inserter(allowed ? plan.overridden : plan.blocked));
    }
  }
}

std::optional<PciAddress> address_of(const Host& host, const PciAddress& pf, VfIndex vf) {
  const auto vfs = host.vfs.find(pf);
  return vfs == host.vfs.end() || vf.index >= vfs->second.size()
             ? std::nullopt
             : std::optional(vfs->second[vf.index].address);
}

/// VMs whose definition names a VF that the plan disturbs, save those that run with it now: these
/// are its users.
std::vector<Claim> claims_on(const Kernel& kernel, const Host& host, const UnitPlan& plan) {
  std::vector<Claim> claims;
  std::set<Function> disturbed;
  for (const Step& step : plan.steps) {
    if (const auto* const change = std::get_if<Change>(&step)) {
      for (const Place& place : Guard::asked_by(*change, plan.before)) {
        if (const auto holes = match(pci::kVf, place)) {
          disturbed.insert({.pf = *holes->gpu, .vf = holes->vf});
        }
      }
    }
  }
  if (disturbed.empty()) {
    return claims;
  }
  const auto definitions = vms::stored_definitions(kernel);
  for (const Function& function : disturbed) {
    const auto address = address_of(host, function.pf, *function.vf);
    for (const vms::Definition& definition : definitions) {
      const bool named = address && std::ranges::any_of(
                                        definition.functions,
                                        [&](const vms::Named& one) { return one.names(*address); });
      const auto uses_it = [&](const Blocked& blocked) {
        return blocked.gpu == function.pf && blocked.vf == function.vf &&
               std::ranges::any_of(blocked.holders, [&](const Holder& holder) {
                 return holder.vm == definition.vm;
               });
      };
      if (named && std::ranges::none_of(plan.blocked, uses_it) &&
          std::ranges::none_of(plan.overridden, uses_it)) {
        claims.push_back(
            {.gpu = function.pf, .vf = *function.vf, .vm = definition.vm, .file = definition.file});
      }
    }
  }
  return claims;
}

Blocked refused_for(const Claim& claim) {
  return {.error = {.kind = ErrorKind::in_use,
                    .subject = to_string(claim.gpu) + " vf" + std::to_string(claim.vf.index),
                    .why = "VM \"" + claim.vm + "\", which is off, has it in its definition (" +
                           claim.file + ")",
                    .help = "take it out of the definition, or leave out --refuse-claimed"},
          .gpu = claim.gpu,
          .vf = claim.vf,
          .holders = {}};
}

}  // namespace

void ask_whom_it_hits(Kernel& kernel,
                      const Kernel& look,
                      const Host& host,
                      const RunOptions& options,
                      UnitPlan& plan) {
  ask_users(kernel, host, plan);
  plan.claimed = claims_on(look, host, plan);
  if (options.refuse_claimed) {
    std::ranges::transform(plan.claimed, std::back_inserter(plan.blocked), refused_for);
  }
}

}  // namespace vfmgr
