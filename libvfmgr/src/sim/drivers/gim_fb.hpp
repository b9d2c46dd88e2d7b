// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/machine.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// How GIM deals out a GPU's memory to VFs, in MiB (MxGPU libgv/core/amdgv_vfmgr.c; navi32_sched.c
// of a later release, which asks for the blocks kept there).
namespace vfmgr::sim::gim {

/// A stretch of memory: a VF's, or free.
struct Block {
  std::optional<std::uint32_t> vf;
  std::uint64_t offset = 0, size = 0;
};

std::vector<Block> blocks_of(const Machine& machine, const PciAddress& pf);
/// amdgv_vfmgr_init_vfs_config: the same for each VF. Blocks of VFs that are no more stay in the
/// list (amdgv_vfmgr_set_vf_num).
void share_out(Machine& machine, const PciAddress& pf);
/// amdgv_vfmgr_vf_fb_resize: 0 frees it. Whether it worked; only for GPUs that can.
bool resize(Machine& machine, const PciAddress& pf, std::uint32_t vf, std::uint64_t mib);
/// amdgv_vfmgr_vf_fb_defragment: frees all, then gives each VF what it had, in their order.
void defragment(Machine& machine, const PciAddress& pf);
/// amdgv_vfmgr_read_asymmetric_fb_layout
std::string layout_text(const Machine& machine, const PciAddress& pf);

}  // namespace vfmgr::sim::gim
