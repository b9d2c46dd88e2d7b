// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/machine.hpp"

#include <cstdint>
#include <string>
#include <string_view>

// What the first GIM answers in its files (drv/gim_monitor.c). Where it could not do what it was
// asked for, that is in the answer alone.
namespace vfmgr::sim::s7150 {

/// getvf, written "OFFSET SIZE DIVIDER" or "0 0 0".
std::string get_vf(Machine& machine, const PciAddress& pf, std::string_view bytes);
/// relvf, written with the address of a VF.
std::string release_vf(Machine& machine, const PciAddress& pf, std::string_view bytes);
/// clrvffb of a VF, written with a pattern in decimal.
std::string clear_vf(const Machine& machine,
                     const PciAddress& pf,
                     std::uint32_t vf,
                     std::string_view bytes);
/// gpuvf of a PF.
std::string vfs_text(const Machine& machine, const PciAddress& pf);
/// gpuinfo of the driver.
std::string gpus_text(const Machine& machine);

}  // namespace vfmgr::sim::s7150
