// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"

#include "backends/backend.hpp"
#include "backends/toolkit.hpp"
#include "engine/footprint.hpp"
#include "engine/users.hpp"
#include "kernel/kernel.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr {

/// Asks who uses what a change would take away, and keeps others off it meanwhile. One for a unit's
/// run. A VF on a vfio driver is asked through its group node, which is test and lock in one; one
/// on another driver is looked at (engine/users.hpp), and what can't be seen is in use. One without
/// a driver is free, unless its group still has a node and somebody has that: an unbind takes the
/// driver's links away first and then waits for the user (dd.c:__device_release_driver; seen on 6.1
/// and 6.12). What this run itself made or brought onto a driver is free. A PF is in use where a
/// node of its driver's is open, or that can't be seen; what else its driver gives its users is for
/// its backend to lock. The lanes of a unit (walk.hpp) share one: asking is thread-safe.
class Guard {
 public:
  /// `backend` knows the nodes of its driver's own. `allowed`: functions that may be taken away
  /// though somebody uses them.
  explicit Guard(Kernel& kernel, const Backend* backend, std::vector<Place> allowed = {})
      : kernel_(&kernel), backend_(backend), allowed_(std::move(allowed)) {}

  /// Who stands in the way of a change; empty: nobody, and nobody can come before `forget`.
  std::vector<Blocked> in_the_way(const Change& change,
                                  const State& before,
                                  const Footprint& begun);
  /// The functions that a change has to ask about: those that it disturbs, and a VF that it binds
  /// and that was there before.
  static std::vector<Place> asked_by(const Change& change, const State& before);
  /// Lets go of the nodes of functions that are gone.
  void forget() {
    const std::scoped_lock lock(mutex_);
    holds_.clear();
  }

 private:
  /// The use that stands in the way at one function; nothing: none does.
  std::optional<Use> ask(const Function& function, const State& before, const Footprint& begun);
  /// Opens nodes that only one can have open, and keeps them.
  std::optional<Use> keep_off(const Function& function, const std::vector<Place>& nodes);
  [[nodiscard]] Use use_of(const Function& function) const;
  [[nodiscard]] std::optional<Use> look(const Function& function) const;

  Kernel* kernel_;
  const Backend* backend_;
  std::vector<Place> allowed_;
  std::mutex mutex_;                                    // guards what follows
  std::map<std::string, std::unique_ptr<Hold>> holds_;  ///< by node
};

}  // namespace vfmgr
