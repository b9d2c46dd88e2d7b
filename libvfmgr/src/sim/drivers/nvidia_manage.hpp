// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/machine.hpp"

#include <string_view>

// NVIDIA's sriov-manage: the whole way of a GPU to the stub and back in one program. What it does
// is known from its users (openstack/nova doc/source/admin/virtual-gpu.rst, NVIDIA
// gpu-driver-container vgpu-manager/*/nvidia-driver, cubecos issues 312, 904 and 1459); its text is
// NVIDIA's and was not read.
namespace vfmgr::sim::nvidia {

inline constexpr std::string_view kManager = "usr/lib/nvidia/sriov-manage";

/// The program is there if the PF's fact "sriov_manage" says so.
void add_manager(Machine& machine, const PciAddress& pf);
/// Runs it with the bytes as its arguments: "-e ADDRESS", "-d ADDRESS", "-e ALL", "-d ALL". EIO: it
/// ended with an error.
int run_manager(Machine& machine, const WriteCall& call);

}  // namespace vfmgr::sim::nvidia
