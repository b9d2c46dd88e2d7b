// SPDX-License-Identifier: Apache-2.0
#include "engine/planner.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "backends/pci_record.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "core/explain.hpp"
#include "core/json_state.hpp"
#include "core/settings.hpp"
#include "core/try.hpp"
#include "engine/adopt.hpp"
#include "engine/danger.hpp"
#include "engine/functions.hpp"
#include "engine/lent.hpp"
#include "engine/notes.hpp"
#include "engine/predict.hpp"
#include "engine/snapshot.hpp"
#include "engine/whom.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "pci/expected.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr {

namespace {

Action action_of(const UnitPlan& plan) {
  if (plan.steps.empty()) {
    return Action::none;
  }
  Action action = Action::none;
  for (const Gpu& gpu : plan.unit.gpus) {
    const auto before = recorded_count(plan.before, gpu.address).value_or(0);
    const auto after = recorded_count(plan.target, gpu.address).value_or(0);
    Place first_vf = pci::of(pci::kVf, gpu.address, VfIndex{0});
    first_vf.as = As::text;
    const bool remade = std::ranges::any_of(plan.steps, [&](const Step& step) {
      const auto* const change = std::get_if<Change>(&step);
      return change != nullptr && std::ranges::any_of(change->wipes, [&](const Place& wiped) {
               return covers(wiped, first_vf);
             });
    });
    Action one = Action::update;
    if (before == 0 && after > 0) {
      one = Action::create;
    } else if (before > 0 && after == 0) {
      one = Action::remove;
    } else if (before > 0 && remade) {
      one = Action::replace;
    }
    action = std::max(action, one);
  }
  return action;
}

Disruption disruption_of(const UnitPlan& plan) {
  Disruption most = Disruption::none;
  for (const Step& step : plan.steps) {
    const auto* const change = std::get_if<Change>(&step);
    if (change == nullptr) {
      continue;
    }
    const bool moves_pf = std::ranges::any_of(change->effects, [](const Effect& effect) {
      const bool stays = effect.before && effect.before->is == effect.expect.is;
      return !stays && match(pci::kPfDriver, effect.at) && effect.at.as == As::link;
    });
    if (moves_pf) {
      most = std::max(most, plan.unit.gpus.size() > 1 ? Disruption::driver : Disruption::gpu);
    } else if (!change->disturbs.empty()) {
      most = std::max(most, Disruption::vf);
    }
  }
  return most;
}

/// `look` is what was seen already; `kernel` is asked who uses what.
Result<UnitPlan> plan_unit(Kernel& kernel,
                           const Snapshot& look,
                           const Laid& laid,
                           Wanted wanted,
                           const RunOptions& options,
                           Users users) {
  UnitPlan plan{.unit = wanted.unit,
                .backend = std::string(wanted.backend->name()),
                .before = wanted.now,
                .target = wanted.target,
                .allowed = laid.allowed};
  static_cast<void>(keep_lent(look, wanted.unit, wanted.now, plan.target));
  plan.steps = wanted.backend->lower(wanted.unit, wanted.now, plan.target).steps;
  plan.adopted = adopts_vfs(wanted, options);
  if ((!plan.steps.empty() || plan.adopted) && users == Users::not_asked) {
    return plan;  // that it changes is all that is asked: the rest is looked at under its lock
  }
  if (!plan.steps.empty() || plan.adopted) {
    // Something differs: now the whole record, with what blocks or is dear to read.
    plan.before = wanted.backend->probe(look, wanted.unit, Depth::whole);
    for (const auto& [gpu, notes] : wanted.notes) {
      apply_notes(notes, plan.before);
    }
    plan.target = wanted.backend->complete(wanted.unit, plan.before, wanted.desired);
    static_cast<void>(keep_lent(look, wanted.unit, plan.before, plan.target));
    plan.steps = wanted.backend->lower(wanted.unit, plan.before, plan.target).steps;
    plan.lost = lost_by(*wanted.backend, wanted.unit, plan.before, plan.steps);
    ask_whose_it_is(wanted, options, plan);
    refuse_dangers(options, plan);
    if (users == Users::asked) {
      ask_whom_it_hits(kernel, look, laid.host, options, plan);
    }
  }
  plan.left_over = left_over(wanted, plan.before, plan.target);
  describe(plan);
  put_views(look, laid.host, plan);
  return plan;
}

void put_explanations(const Wanted& wanted, std::vector<Explained>& all) {
  for (const Desired& desired : wanted.desired) {
    const auto count = recorded_count(wanted.target, desired.gpu).value_or(0);
    std::ranges::move(explain(desired, static_cast<std::uint32_t>(count)), std::back_inserter(all));
  }
}

}  // namespace

void describe(UnitPlan& plan) {
  plan.action = action_of(plan);
  plan.disruption = disruption_of(plan);
  for (const Step& step : plan.steps) {
    if (const auto* const change = std::get_if<Change>(&step)) {
      plan.expected_us += pci::expected(*change).us;
    }
  }
}

void put_views(const Kernel& kernel, const Host& host, UnitPlan& plan) {
  plan.view_before.clear();
  plan.view_after.clear();
  for (const Gpu& gpu : plan.unit.gpus) {
    const auto facts = std::ranges::find_if(
        host.facts, [&](const GpuFacts& one) { return one.gpu.address == gpu.address; });
    if (facts == host.facts.end()) {
      continue;
    }
    plan.view_before.push_back(view_with_remarks(kernel, host, *facts, plan.before));
    GpuView after = view_with_remarks(kernel, host, *facts, plan.target);
    if (recorded_count(plan.before, gpu.address) != recorded_count(plan.target, gpu.address)) {
      for (VfView& vf : after.vfs) {
        vf.address.reset();  // where VFs that are made anew will lie is the kernel's to say
        vf.iommu_group.reset();
      }
    }
    plan.view_after.push_back(std::move(after));
  }
}

std::string fingerprint_of(const std::vector<UnitPlan>& units) {
  // FNV-1a, 64 bits: told apart, not kept secret.
  constexpr std::uint64_t kBasis = 0xcbf29ce484222325ULL;
  constexpr std::uint64_t kPrime = 0x100000001b3ULL;
  std::uint64_t hash = kBasis;
  for (const UnitPlan& unit : units) {
    for (const char byte : state_to_json(unit.before)) {
      hash = (hash ^ static_cast<std::uint8_t>(byte)) * kPrime;
    }
  }
  return fmt::format("{:016x}", hash);
}

Result<Plan> make_plan(Kernel& kernel,
                       std::span<const Backend* const> backends,
                       const Wish& wish,
                       const RunOptions& options,
                       Users users) {
  const Snapshot look(kernel);
  TRY(Laid laid, lay_over(look, backends, wish, options, Depth::light));
  if (!laid.missing.empty() && !options.allow_missing) {
    Error first = laid.missing.front();
    first.also.insert(first.also.end(), laid.missing.begin() + 1, laid.missing.end());
    return fail(std::move(first));
  }
  Plan plan{.fingerprint = {},
            .simulated = kernel.simulated(),
            .units = {},
            .missing = std::move(laid.missing),
            .explained = {}};
  for (Wanted& wanted : laid.units) {
    if (options.explain) {
      put_explanations(wanted, plan.explained);
    }
    TRY(UnitPlan unit, plan_unit(kernel, look, laid, std::move(wanted), options, users));
    plan.units.push_back(std::move(unit));
  }
  plan.fingerprint = fingerprint_of(plan.units);
  return plan;
}

}  // namespace vfmgr
