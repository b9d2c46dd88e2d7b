// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/machine.hpp"

#include <cstdint>

// How many VFs an i915 offers: what its module's parameters say, and what it refuses by itself.
namespace vfmgr::sim::i915 {

/// What sriov_totalvfs is lowered to; 0: the driver runs the card natively.
std::uint32_t vf_limit(const Machine& machine, const PciAddress& pf);
/// Shows the parameters in `module/i915/parameters/`.
void show_parameters(Machine& machine);

}  // namespace vfmgr::sim::i915
