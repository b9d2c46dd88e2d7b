// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"

#include "backends/backend.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"
#include "pci/drivers.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr {

// The part of a record, of a target and of a refusal that every SR-IOV device has, whoever its
// vendor is.

/// The PF's driver, autoprobe, the count by links and each VF's driver; with Depth::dear the VFs'
/// MSI-X vectors, too, and with Depth::whole also the overrides and whether vfio-pci is loaded.
void probe_pci(const Kernel& kernel, const Gpu& pf, Depth depth, State& into);

/// What helps whoever has no IOMMU: Documentation/admin-guide/kernel-parameters.txt.
inline constexpr std::string_view kTurnIommuOn =
    "turn the IOMMU on in the firmware and with intel_iommu=on or amd_iommu=on";

/// The text recorded for a place; empty where there is none, or none is known.
std::string recorded_text(const State& state, const Place& place);

/// The count recorded in a state; none if it is not known.
std::optional<std::uint32_t> recorded_count(const State& state, const PciAddress& pf);

/// The count that a wish leads to, given the recorded one.
std::uint32_t desired_count(const Desired& desired, const State& now, const Gpu& pf);

/// Completes count, VF drivers, overrides, vectors and autoprobe. `target` holds the record so far
/// and is changed in place. `for_vms`: the driver from which a VM can take a VF.
void complete_pci(const Gpu& pf,
                  const State& now,
                  const Desired& desired,
                  State& target,
                  std::string_view for_vms = pci::kVfio);

/// Refusals that every SR-IOV device shares: bus numbers, VF BAR windows, IOMMU and driver for what
/// VFs end on, MSI-X vectors.
std::vector<Error> fits_pci(const Kernel& kernel,
                            const GpuFacts& facts,
                            const State& now,
                            const Desired& desired);

/// The `vf_driver` that leaves a VF as a whole record has it; none where no word says just that.
std::optional<std::string> wish_that_keeps(const State& state, const PciAddress& pf, VfIndex vf);

/// Every SR-IOV device has it: the driver that its VFs end on.
Offer vf_driver_offer();

/// The unit's GPU of that address. Precondition: it is one of the unit's.
const Gpu& gpu_of(const Unit& unit, const PciAddress& address);

/// Why no VFs can be made on this PF whatever is asked; none if they can.
std::optional<Error> cannot_make_vfs(const Gpu& pf);

}  // namespace vfmgr
