// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"

#include "kernel/kernel.hpp"

namespace vfmgr {

/// The time that a run may spend on waiting for users to go (`--wait`), in which it holds no lock.
class UserWait {
 public:
  UserWait(const Kernel& kernel, Milliseconds at_most)
      : kernel_(&kernel), until_(kernel.now() + at_most) {}

  /// Whether a plan is refused for nothing but users, and there is time left to wait for them.
  [[nodiscard]] bool has_time_for(const Plan& plan) const;
  /// Waits until it is worth asking again. That somebody lets go of a node is told to nobody: a
  /// timer whose pause grows.
  void wait();

 private:
  const Kernel* kernel_;
  Milliseconds until_;
  Milliseconds pause_{50};
};

}  // namespace vfmgr
