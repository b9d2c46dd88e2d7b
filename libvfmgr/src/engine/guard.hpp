// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"

#include "engine/footprint.hpp"
#include "kernel/kernel.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace vfmgr {

/// Asks who uses what a change would take away, and keeps others off it meanwhile. One for a unit's
/// run. A VF on a vfio driver is asked through its group node, which is test and lock in one; one
/// on any other driver counts as in use, since its users can't be seen here. One without a driver
/// is free, unless its group still has a node and somebody has that: an unbind takes the driver's
/// links away first and then waits for the user (dd.c:__device_release_driver; seen on 6.1
/// and 6.12). What this run itself made or brought onto a driver is free.
class Guard {
 public:
  explicit Guard(Kernel& kernel) : kernel_(&kernel) {}

  /// Errors: in_use, with the VF as subject and who has it as value.
  Result<void> check(const Change& change, const State& before, const Footprint& begun);
  /// The functions that a change has to ask about: those that it disturbs, and a VF that it binds
  /// and that was there before.
  static std::vector<Place> asked_by(const Change& change, const State& before);
  /// Lets go of the nodes of functions that are gone.
  void forget() { holds_.clear(); }

 private:
  Result<void> check_vf(const PciAddress& pf,
                        VfIndex vf,
                        const State& before,
                        const Footprint& begun);

  Result<void> ask_group(const PciAddress& pf, VfIndex vf, const std::string& group);

  Kernel* kernel_;
  std::map<std::string, std::unique_ptr<Hold>> holds_;  ///< by group
};

}  // namespace vfmgr
