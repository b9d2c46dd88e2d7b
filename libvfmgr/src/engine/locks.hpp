// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"
#include "vfmgr/units.hpp"

#include "engine/stop.hpp"
#include "kernel/kernel.hpp"

#include <set>
#include <span>
#include <string>
#include <vector>

namespace vfmgr {

/// All locks of a run: the host shared, its drivers and GPUs alone, in one order for everybody.
/// Kept as open file descriptions, so that a helper which inherits them keeps them.
class Locks {
 public:
  /// Takes them all or none; waits at most `timeout` altogether. Errors: locked, with who has it.
  static Result<Locks> take(const StateDir& state,
                            const std::set<std::string>& names,
                            Milliseconds timeout,
                            const Stop& stop = {});

  Locks(Locks&& other) noexcept : descriptors_(std::move(other.descriptors_)) {
    other.descriptors_.clear();
  }
  Locks& operator=(Locks&& other) noexcept {
    descriptors_.swap(other.descriptors_);
    return *this;
  }
  Locks(const Locks&) = delete;
  Locks& operator=(const Locks&) = delete;
  ~Locks();

  [[nodiscard]] std::span<const int> descriptors() const { return descriptors_; }

 private:
  Locks() = default;
  std::vector<int> descriptors_;
};

/// The name of a GPU's lock.
std::string lock_name(const PciAddress& gpu);
/// Those of all the GPUs of these units.
std::set<std::string> lock_names(std::span<const UnitPlan> units);
/// Those, and one for each program that their plans run: no two runs have it at work at a time,
/// whatever GPUs they are about.
std::set<std::string> locks_for(std::span<const UnitPlan> units);

}  // namespace vfmgr
