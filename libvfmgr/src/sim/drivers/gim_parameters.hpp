// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/machine.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

// The parameters of AMD's GIM ("MxGPU" is amd/MxGPU-Virtualization 8.0.0.K, commit 695afe2):
// gim_shim/gim_config.c declares them, and the kernel reads and shows them (kernel/params.c).
namespace vfmgr::sim::gim {

inline constexpr std::string_view kModule = "gim";
inline constexpr std::string_view kDriver = "gim";
inline constexpr std::size_t kMostGpus = 32;  ///< libgv/inc/amdgv_api.h: AMDGV_MAX_GPU_NUM

/// What loading it with these arguments fails with, since a parameter cannot be read; or 0.
int load_error(const Machine& machine, std::string_view arguments);
/// The numbers that were given for an array; empty: it was not given.
std::vector<std::uint32_t> given(const Machine& machine, std::string_view name);
/// enabled_devices: whether this function is one of those named there, or none are.
bool is_enabled(const Machine& machine, const PciAddress& function);
/// Makes /sys/module/gim/parameters/: what was given, not what the driver made of it.
void show_parameters(Machine& machine);

}  // namespace vfmgr::sim::gim
