// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/machine.hpp"

#include <cstdint>
#include <string_view>

// The `nvidia/` directory of a VF under the vendor-specific VFIO framework (NVIDIA vGPU user guide
// 17, 2.10.3; what files a newer driver has besides, their modes and errnos were seen with
// 580.105.06, bigstack-oss/cubecos issue 312).
namespace vfmgr::sim::nvidia {

/// Makes the VF's files.
void add_vf_files(Machine& machine, const PciAddress& vf);
/// Takes them away, and its vGPU with them.
void remove_vf_files(Machine& machine, const PciAddress& vf);
/// Renders the files of all VFs of a PF, and what mdev types have left: it depends on all others.
void show_vf_files(Machine& machine, const PciAddress& pf);
/// A write to one of them. 0 or an errno.
int write_vf_file(Machine& machine,
                  const PciAddress& vf,
                  std::string_view leaf,
                  const WriteCall& call);
/// A vGPU of this type on the VF. 0 or an errno.
int make_vgpu(Machine& machine, const PciAddress& pf, const PciAddress& vf, std::uint32_t id);
/// vgpu_params of the VF's vGPU: an errno or 0.
int set_params(Machine& machine, const PciAddress& vf, std::string_view bytes);

}  // namespace vfmgr::sim::nvidia
