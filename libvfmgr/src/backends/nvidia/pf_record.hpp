// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "backends/backend.hpp"
#include "backends/nvidia/vgpu_wish.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"

#include <vector>

namespace vfmgr::nvidia {

// What both ways to offer vGPUs have in common in a record, a target and a refusal: the PF and its
// VFs, and how the GPU is cut up.

/// The PCI core's part; with Depth::dear what only NVML tells, with Depth::whole also the lock, the
/// module and the helper that a change of the count needs.
void probe_pf(const Kernel& kernel, const Gpu& pf, Depth depth, State& into);

/// What only NVML tells, for a record that was made without.
void probe_switches(const Kernel& kernel, const PciAddress& pf, State& into);

/// The names of all types, as NVML knows them.
void probe_types(const Kernel& kernel, const PciAddress& pf, State& into);

bool lacks_switches(const State& state, const PciAddress& pf);

/// Layout and mode of a record, into `now`.
void read_switches(const State& state, const PciAddress& pf, GpuNow& now);

/// Completes count, drivers, overrides and autoprobe, the PF's driver, mode and layout.
void complete_pf(
    const Gpu& pf, const State& now, const Desired& desired, const Wished& wish, State& target);

/// Why the PF can't come to that, beside what Wished says.
std::vector<Error> fits_pf(const Kernel& kernel,
                           const GpuFacts& facts,
                           const State& now,
                           const Desired& desired,
                           const Wished& wish);

}  // namespace vfmgr::nvidia
