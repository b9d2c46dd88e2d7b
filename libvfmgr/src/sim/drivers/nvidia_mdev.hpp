// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/machine.hpp"

#include <optional>
#include <string_view>
#include <vector>

// vGPUs as mediated devices of VFs, the older framework: the same rules behind other files
// (harvester/pcidevices pkg/util/gpuhelper/testdata shows them for an A2).
namespace vfmgr::sim::nvidia {

/// Whether a PF's VFs offer their types this way.
bool uses_mdev(const Machine& machine, const PciAddress& pf);
/// What a loaded driver of this framework shows before there is any VF.
void show_framework(Machine& machine, const PciAddress& pf);
std::vector<MdevType> types_for_mdev(const Machine& machine, const PciAddress& vf);
/// 0 or an errno.
int make_vgpu_mdev(Machine& machine,
                   const PciAddress& vf,
                   std::string_view type,
                   std::string_view uuid);
/// A write to `UUID/nvidia/vgpu_params`; nothing: the path is not that.
std::optional<int> write_mdev_params(Machine& machine, const PciAddress& vf, const WriteCall& call);

}  // namespace vfmgr::sim::nvidia
