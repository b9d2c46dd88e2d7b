// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/machine.hpp"

#include <optional>
#include <string_view>

// What NVML tells of a GPU on NVIDIA's driver, and sets: the door's places nvml:ADDRESS/…. NVML's
// errors (NVIDIA go-nvml gen/nvml/nvml.h) come as the errnos that the door makes of them:
// NOT_SUPPORTED EOPNOTSUPP, IN_USE EBUSY, INSUFFICIENT_RESOURCES ENOSPC, INVALID_ARGUMENT EINVAL.
namespace vfmgr::sim::nvidia {

/// Renders the GPU's places; none where its fact "no_nvml" says so.
void show_nvml(Machine& machine, const PciAddress& pf);
void remove_nvml(Machine& machine, const PciAddress& pf);
/// The GPU that a path in nvml is of.
std::optional<PciAddress> pf_of_nvml(std::string_view path);
/// A write to one of them. 0 or an errno.
int write_nvml(Machine& machine, const PciAddress& pf, const WriteCall& call);

}  // namespace vfmgr::sim::nvidia
