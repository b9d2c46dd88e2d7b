// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/drivers/xe_card.hpp"
#include "sim/machine.hpp"

#include <cstdint>
#include <string_view>

// Pausing and stopping a VF (xe 7.0: xe_gt_sriov_pf_control.c). A VF's state is taken to be one on
// all its GTs, and a change to be done at once.
namespace vfmgr::sim::xe {

/// "pause", "resume", "stop"; "reset" makes it run afresh. 0 or an errno.
int control_vf(Machine& machine, const Card& card, std::uint32_t vf, std::string_view what);
bool is_stopped(const Machine& machine, const Card& card, std::uint32_t vf);
/// A function-level reset, which each VF has when VFs are disabled.
void reset_all_vfs(Machine& machine, const Card& card);

}  // namespace vfmgr::sim::xe
