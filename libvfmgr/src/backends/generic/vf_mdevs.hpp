// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "backends/toolkit.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"

#include <vector>

namespace vfmgr::generic {

// Mediated devices of VFs that are on a driver which offers them, whoever's it is.

/// Offers of VFs that are there, or why there are none yet.
void offer_mdevs(const Kernel& kernel, GpuFacts& facts);

/// Adds to a record that has the VFs' drivers.
void probe_vf_mdevs(const Kernel& kernel, const PciAddress& pf, State& into);

/// Completes a target that has the VFs' drivers.
void complete_vf_mdevs(const Gpu& pf, const State& now, const Desired& desired, State& target);

/// Types that there are not, drivers that offer none, UUIDs given twice.
std::vector<Error> fits_vf_mdevs(const Gpu& pf, const State& now, const Desired& desired);

/// Before VFs go or change their driver, and afterwards.
void clear_vf_mdevs(Road& road, const PciAddress& pf);
void make_vf_mdevs(Road& road, const PciAddress& pf);

}  // namespace vfmgr::generic
