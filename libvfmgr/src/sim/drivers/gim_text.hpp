// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/drivers/gim_card.hpp"

#include <cstdint>
#include <string>

// What the partition files of a PF say (MxGPU gim_shim/sysfs/gim_monitor.c). Where the driver
// cannot tell, it says so in an English sentence, and reading works.
namespace vfmgr::sim::gim {

std::string profile_text(const Card& card);
std::string profile_config_text(const Card& card);
/// `vram_mib` is all of the GPU's memory: each memory partition is one NUMA range of it.
std::string nps_text(const Card& card, std::uint64_t vram_mib);
std::string nps_config_text(const Card& card);
std::string spatial_mode_text(const Card& card);
std::string spatial_caps_text(const Card& card);

}  // namespace vfmgr::sim::gim
