// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/machine.hpp"

#include <cstdint>

// Making the tree below `drm/cardN` and taking it away.
namespace vfmgr::sim::i915 {

/// A function has been bound: the card that it is now, with the driver's first values.
void make_tree(Machine& machine, const PciAddress& function);
void remove_tree(Machine& machine, const PciAddress& function);
/// `vfN/device` for VFs that are enabled; none for 0.
void show_devices(Machine& machine, const PciAddress& pf, std::uint32_t vfs);

}  // namespace vfmgr::sim::i915
