// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "kernel/fd.hpp"

namespace vfmgr::contract {

/// Who has a function through vfio as a VM has it: container, group and device are open. Lets go of
/// it when it goes.
class VfioUser {
 public:
  /// Errors: io with the errno of what refused (EBUSY: somebody has the group; EPERM: a host driver
  /// uses something in it); ENODEV: the function is on no vfio driver.
  static Result<VfioUser> of(const PciAddress& function);

 private:
  // In the order in which they are opened; they are closed the other way round.
  Fd container_, group_, device_;
};

}  // namespace vfmgr::contract
