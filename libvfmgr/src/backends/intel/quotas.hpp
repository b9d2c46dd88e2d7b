// SPDX-License-Identifier: Apache-2.0
// The steps by which quotas and times come to what a target names.
#pragma once

#include "vfmgr/state.hpp"

#include "backends/intel/columns.hpp"
#include "backends/toolkit.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace vfmgr::intel {

/// A quota of one VF.
struct Quota {
  const Column* column;
  std::uint32_t vf;
};
/// Those that a record has, VF by VF.
std::vector<Quota> quotas_of(const State& state, const Files& files);

/// What a VF that is to come gets: the number that the target names, or 0, which leaves it to the
/// driver; nothing: it is left as it is.
std::optional<Value> before_vfs(const Value* target);

/// Quotas while no VF exists: of all VFs that there could be, since one quota too many takes from
/// all; what shrinks goes first here, too. `of_manual`: what the plan says of one that ends the
/// driver's own sharing out.
void settle_quotas_of_none(Road& road, const Files& files, std::string_view of_manual);

/// Quotas of VFs that exist: what shrinks goes first, to make room for what grows.
void settle_quotas_of_some(Road& road, const Files& files);

/// What the PF has of one kind, and the times of VFs.
void settle_pf(Road& road, const Files& files, Kind kind);
void settle_schedule_of_vfs(Road& road, const Files& files);

/// Whether a VF that is there has a quota that somebody is known to have given it, of those that
/// end the driver's own sharing out.
bool given_by_hand(const Road& road, const Files& files);

/// What the driver does to its VFs' values when they go and when they come, as far as it is known.
/// `releases`: whether it takes back what VFs that go have.
Redraws redraws(const Road& road, const Files& files, bool releases);

}  // namespace vfmgr::intel
