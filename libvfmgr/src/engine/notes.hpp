// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"
#include "vfmgr/state.hpp"

#include "core/attr.hpp"
#include "engine/differences.hpp"
#include "kernel/kernel.hpp"

#include <optional>

namespace vfmgr {

/// What is remembered of a GPU between runs, until a reboot clears it as it clears the VFs.
struct Notes {
  State
      originals;  ///< of places beside the VFs: what stood there before this tool first changed it
  State written;  ///< of the VFs' attributes: what the last run gave or left to the driver, with
                  ///< its origin
  State made;     ///< the count of VFs and their bindings, as a run made them: see owned.hpp
  State asked;    ///< what profiles named, with the value that it came to
  friend bool operator==(const Notes&, const Notes&) = default;
};

/// What a place is about; none if it is not this GPU's.
std::optional<Holes> holes_of(TableSpan tables, const Place& place, const PciAddress& gpu);

/// Without a note: empty. Errors: syntax (damaged), unreadable.
Result<Notes> load_notes(const StateDir& state, const PciAddress& gpu);
/// Empty notes remove the file. Errors: io.
Result<void> save_notes(const StateDir& state, const PciAddress& gpu, const Notes& notes);

/// The notes after a run that reached its target. `gpu` picks its places out of the unit's.
Notes noted_after(TableSpan tables,
                  const Notes& notes,
                  const PciAddress& gpu,
                  const UnitPlan& plan,
                  const State& after);

/// Tells apart what this tool set, and what it left to the driver, where a probe alone can't.
void apply_notes(const Notes& notes, State& probed);

}  // namespace vfmgr
