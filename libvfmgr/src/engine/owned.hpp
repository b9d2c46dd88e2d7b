// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "engine/differences.hpp"
#include "engine/notes.hpp"

#include <cstdint>
#include <map>
#include <vector>

namespace vfmgr {

// What is ours and what is others'. Ours is what a run of this tool made and what still is as that
// run left it (Notes::made). VFs that others made, or a binding of a VF to a vfio driver or to an
// override, are accepted where they are as wanted; to change or remove them has to be asked for.

/// The notes of a unit's GPUs.
using NotesOfGpus = std::map<PciAddress, Notes>;

/// Whether a run of this tool made the VFs that a GPU has, so many.
bool is_made_by_us(const Notes& notes, const PciAddress& gpu, std::uint32_t count);

/// Whether a GPU has VFs that this tool did not make.
bool has_foreign_vfs(const Notes& notes, const PciAddress& gpu, const State& now);

/// What others made and a plan's steps would change or remove, each once.
std::vector<Blocked> foreign_in_the_way(const NotesOfGpus& notes, const UnitPlan& plan);

/// Notes::made after a run that reached its target. A unit that was adopted is ours from then on.
State made_after(const Notes& notes,
                 const PciAddress& gpu,
                 const UnitPlan& plan,
                 const State& after);

/// Notes::asked after such a run: what its profile named, and what an earlier one did and still
/// stands.
State asked_after(TableSpan tables,
                  const Notes& notes,
                  const PciAddress& gpu,
                  const UnitPlan& plan,
                  const State& after);

/// What earlier runs set and the wish does not name any more, as far as it still stands.
std::vector<LeftOver> left_over(TableSpan tables,
                                const NotesOfGpus& notes,
                                const Unit& unit,
                                const State& now,
                                const State& target);

}  // namespace vfmgr
