// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace vgpuctl {

/// Steps that do the same to several functions, as one line of a plan.
struct PlanLine {
  char sign = '~';       ///< '+' VFs are made, '-' something is taken away, '~' changed
  std::string who;       ///< "vf0 … vf5", "GPU"; a count has none
  std::string what;      ///< attribute
  std::string change;    ///< "4 GiB → 3.5 GiB"
  std::string note;      ///< "lab.toml:9", or why it is done; and a time that is worth a word
  std::string what_for;  ///< what that time is needed for
};

/// The lines of a unit's plan in its order; what happens between two changes of the count is put
/// together by attribute and value. Without `all` the steps that only serve others (autoprobe,
/// overrides, waits) are left out, unless there is nothing else.
std::vector<PlanLine> plan_lines(const vfmgr::UnitPlan& plan, bool all);

/// How many writes plan_lines() leaves out.
std::size_t left_out(const vfmgr::UnitPlan& plan);

/// "0.9 s": nobody can say it to the millisecond.
std::string roughly(std::uint64_t microseconds);

/// VFs that a plan makes and takes away.
struct VfCounts {
  std::uint64_t made = 0;
  std::uint64_t removed = 0;
};
VfCounts counts_of(const vfmgr::UnitPlan& plan);

}  // namespace vgpuctl
