// SPDX-License-Identifier: Apache-2.0
#include "engine/adopt.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "backends/backend.hpp"
#include "core/settings.hpp"
#include "core/try.hpp"
#include "engine/notes.hpp"
#include "engine/owned.hpp"
#include "engine/planner.hpp"
#include "engine/tables.hpp"
#include "kernel/kernel.hpp"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

/// Whether what others made here may be changed and removed.
bool may_adopt(const Wanted& wanted, const RunOptions& options) {
  return options.adopt || std::ranges::any_of(wanted.desired, &Desired::adopt);
}

bool any_foreign_vfs(const Wanted& wanted) {
  return std::ranges::any_of(wanted.notes, [&](const auto& entry) {
    return has_foreign_vfs(entry.second, entry.first, wanted.now);
  });
}

}  // namespace

bool adopts_vfs(const Wanted& wanted, const RunOptions& options) {
  return may_adopt(wanted, options) && any_foreign_vfs(wanted);
}

void ask_whose_it_is(const Wanted& wanted, const RunOptions& options, UnitPlan& plan) {
  std::vector<Blocked> foreign = foreign_in_the_way(wanted.notes, plan);
  if (may_adopt(wanted, options)) {
    plan.adopted = !foreign.empty() || any_foreign_vfs(wanted);
  } else {
    std::ranges::move(foreign, std::back_inserter(plan.blocked));
  }
}

Result<void> ask_whose_it_is(const Kernel& kernel, const RunOptions& options, UnitPlan& unit) {
  NotesOfGpus notes;
  for (const Gpu& gpu : unit.unit.gpus) {
    TRY(Notes of_gpu, load_notes(kernel.state(), gpu.address));
    notes.emplace(gpu.address, std::move(of_gpu));
  }
  unit.adopted = options.adopt;
  if (!unit.adopted) {
    std::ranges::move(foreign_in_the_way(notes, unit), std::back_inserter(unit.blocked));
  }
  return {};
}

Result<void> adopt_as_it_is(const Kernel& kernel,
                            std::span<const Backend* const> backends,
                            const Plan& plan) {
  const AttrTables tables = attr_tables(backends);
  for (const UnitPlan& unit : plan.units) {
    if (!unit.adopted || !unit.steps.empty()) {
      continue;
    }
    for (const Gpu& gpu : unit.unit.gpus) {
      TRY(const Notes notes, load_notes(kernel.state(), gpu.address));
      TRY_VOID(save_notes(
          kernel.state(), gpu.address, noted_after(tables, notes, gpu.address, unit, unit.before)));
    }
  }
  return {};
}

std::vector<LeftOver> left_over(const Wanted& wanted, const State& now, const State& target) {
  if (std::ranges::any_of(wanted.desired, &Desired::teardown)) {
    return {};  // all goes
  }
  const AttrTables tables = attr_tables(std::span(&wanted.backend, 1));
  return left_over(tables, wanted.notes, wanted.unit, now, target);
}

}  // namespace vfmgr
