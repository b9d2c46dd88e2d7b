// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"

#include "backends/toolkit.hpp"
#include "core/attr.hpp"

#include <functional>

// How VFs come and go under a driver that makes none itself (a write to sriov_numvfs ends in
// ENOENT under it), and what the GPU as a whole is set to.
namespace vfmgr::nvidia {

/// What a backend's own part of the road has to do for the common one.
struct Part {
  /// Takes every vGPU off its VF. Who uses one is asked there, VF by VF.
  std::function<void()> clear;
  /// What a VF shows once its driver is ready for it, and with what.
  std::function<void(VfIndex vf)> await_ready;
  /// The folder of a VF that is there only while PF and VF are on the driver.
  std::function<Place(VfIndex vf)> files;
};

/// Brings the count of VFs and the switch of MIG to the target's, and the PF home, wherever it is.
/// Then every VF is on its driver and ready.
void move_vfs(Road& road, const Gpu& gpu, const Part& part);

/// Whether MIG is to be switched, and that: only while there are no VFs.
bool mode_differs(const Road& road, const PciAddress& pf);
void set_mode(Road& road, const PciAddress& pf);

/// Mixed-size mode, which wants no vGPU on the GPU.
void settle_mixing(Road& road, const PciAddress& pf, const Part& part);

/// Instances of MIG: those that are not wanted go, the others come, larger ones first. vGPUs of
/// those that go must be off them.
void settle_instances(Road& road, const Gpu& gpu);

/// VFs that the target wants without a driver, autoprobe, and the lock: the last statements.
void close(Road& road, const PciAddress& pf, const Part& part);

}  // namespace vfmgr::nvidia
