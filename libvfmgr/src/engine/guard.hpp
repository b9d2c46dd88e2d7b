// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"

#include "engine/footprint.hpp"
#include "kernel/kernel.hpp"

#include <map>
#include <memory>
#include <string>

namespace vfmgr {

/// Asks who uses what a change would take away, and keeps others off it meanwhile. One for a unit's
/// run. A VF without a driver is free; one on a vfio driver is asked through its group node, which
/// is test and lock in one; one on any other driver counts as in use, since its users can't be seen
/// here. What this run itself brought onto a driver is free.
class Guard {
 public:
  explicit Guard(Kernel& kernel) : kernel_(&kernel) {}

  /// Errors: in_use, with the VF as subject and who has it as value.
  Result<void> check(const Change& change, const State& before, const Footprint& begun);
  /// Lets go of the nodes of functions that are gone.
  void forget() { holds_.clear(); }

 private:
  Result<void> check_vf(const PciAddress& pf,
                        VfIndex vf,
                        const State& before,
                        const Footprint& begun);

  Kernel* kernel_;
  std::map<std::string, std::unique_ptr<Hold>> holds_;  ///< by group
};

}  // namespace vfmgr
