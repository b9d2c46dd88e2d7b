// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/manager.hpp"
#include "vfmgr/plan.hpp"

#include "backends/backend.hpp"
#include "core/profile_model.hpp"
#include "engine/functions.hpp"
#include "engine/notes.hpp"
#include "kernel/kernel.hpp"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace vfmgr {

/// What is wished for: a profile's text, or that the VFs go.
struct Wish {
  const ProfileModel* profile = nullptr;  ///< none: teardown
};

/// A unit with what is wished of it, before any step is thought of.
struct Wanted {
  Unit unit;
  const Backend* backend = nullptr;
  std::vector<Desired> desired;
  std::map<PciAddress, Notes> notes;  ///< of each of its GPUs
  State now;                          ///< as deep as it was asked for, origins by the notes
  State target;                       ///< complete
};

/// A wish laid over the host.
struct Laid {
  Host host;
  std::vector<Wanted> units;   ///< in address order
  std::vector<Error> missing;  ///< fewer GPUs than expected; PFs without their driver
  std::vector<Place> allowed;  ///< functions that may be taken from under their users
};

/// Matches a wish to the host, and completes it for each unit. Reads only. Errors: all faults at
/// once.
Result<Laid> lay_over(const Kernel& kernel,
                      std::span<const Backend* const> backends,
                      const Wish& wish,
                      const RunOptions& options,
                      Depth depth);

/// Whether a plan asks who uses what it would disturb. Asking opens a vfio group, and while it is
/// open a run of somebody else sees it in use. Not asked: of a unit that would change the plan says
/// only that it does; the rest is for whoever holds its lock.
enum class Users { asked, not_asked };

/// The whole plan: what differs is looked at in full, steps, what is lost, who blocks it. Reads,
/// and asks the vfio groups of what would be disturbed. Errors: all faults at once.
Result<Plan> make_plan(Kernel& kernel,
                       std::span<const Backend* const> backends,
                       const Wish& wish,
                       const RunOptions& options,
                       Users users = Users::asked);

/// What a unit's steps amount to: action, disruption, expected time.
void describe(UnitPlan& plan);

/// The unit before and after in the shape of `show`, from the plan's record and target.
void put_views(const Kernel& kernel, const Host& host, UnitPlan& plan);

/// Identifies what was there: the records of all units.
std::string fingerprint_of(const std::vector<UnitPlan>& units);

}  // namespace vfmgr
