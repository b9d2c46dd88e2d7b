// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/machine.hpp"

#include <optional>

// What AMD's library for hosts says of a GPU under GIM, and the one call that changes how many VFs
// it has while it runs: amdsmi_get_num_vf, amdsmi_set_num_vf (MxGPU smi-lib/interface/amdsmi.h).
namespace vfmgr::sim::gim {

/// `amdsmi:ADDRESS/num_vf` and `num_vf_supported` of each GPU that came up, on a host with the
/// library (fact `amdsmi`).
void show_smi(Machine& machine);
void remove_smi(Machine& machine, const PciAddress& pf);
std::optional<int> write_smi(Machine& machine, const WriteCall& call);

}  // namespace vfmgr::sim::gim
