// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/gim_text.hpp"

#include "sim/drivers/gim_card.hpp"
#include "sim/drivers/gim_partition.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace vfmgr::sim::gim {

namespace {

// libgv/inc/amdgv_gpumon.h: AMDGV_GPUMON_DGPU_VRAM_TYPE__HBM3, what mi300_gpumon.c always says.
constexpr std::uint32_t kHbm3 = 0x80;

/// "[[3 7 ]]": what each partition has, by indexes of resources.
std::string resources_text(const Profile& profile) {
  std::string text = "[";
  for (std::uint32_t partition = 0; partition < profile.partitions; ++partition) {
    text += fmt::format("[{} {} ]", profile.resources[0], profile.resources[1]);
  }
  return text + "]\n";
}

}  // namespace

std::string profile_text(const Card& card) {
  const auto now = profile_now(card);
  if (!now) {
    return "failed to get current accelerator partition profile\n";
  }
  const Profile profile = profiles_of(card.xcc, card.vfs)[*now];
  return fmt::format("{:<20}{:<20}{:<20}{:<20}{:<20}\n{:<20}{:<20}{:<20}{:<20}{}",
                     "profile_index",
                     "profile_type",
                     "num_of_partitions",
                     "num_of_resources",
                     "resource_index_in_resource_profiles",
                     *now,
                     profile.type,
                     profile.partitions,
                     profile.resources.size(),
                     resources_text(profile));
}

std::string profile_config_text(const Card& card) {
  if (card.xcc == 0) {
    return "failed to get cp profile\n";
  }
  std::string text = fmt::format("resource_profiles:\n{:<20}{:<20}{:<20}{:<20}\n",
                                 "resource_index",
                                 "resource_type",
                                 "resource_in_partition",
                                 "num_partitions_share_resource");
  const auto resources = resources_of(card.xcc);
  for (std::size_t index = 0; index < resources.size(); ++index) {
    text += fmt::format("{:<20}{:<20}{:<20}{:<20}\n",
                        index,
                        resources[index].type,
                        resources[index].each,
                        resources[index].shared_by);
  }
  text += fmt::format("profiles:\n{:<20}{:<20}{:<20}{:<20}{:<20}{:<20}\n",
                      "profile_index",
                      "profile_type",
                      "num_of_partitions",
                      "memory_caps",
                      "num_of_resources",
                      "resource_index");
  const auto profiles = profiles_of(card.xcc, card.vfs);
  for (std::size_t index = 0; index < profiles.size(); ++index) {
    text += fmt::format("{:<20}{:<20}{:<20}{:<20}{:<20}{}",
                        index,
                        profiles[index].type,
                        profiles[index].partitions,
                        profiles[index].with_nps4 ? "NPS1 NPS4 " : "NPS1 ",
                        profiles[index].resources.size(),
                        resources_text(profiles[index]));
  }
  return text;
}

std::string nps_text(const Card& card, std::uint64_t vram_mib) {
  if (card.xcc == 0 || card.nps == 0) {
    return "failed to get current mp mode\n";
  }
  std::string text = fmt::format("memory_partition_mode: NPS{0}\nnuma_count: {0}\n", card.nps);
  constexpr std::uint64_t kMost = std::uint64_t{1} << 40U;
  const std::uint64_t bytes = ((vram_mib < kMost ? vram_mib : kMost) << 20U) / card.nps;
  for (std::uint64_t range = 0; range < card.nps; ++range) {
    text += fmt::format("NUMA{} type={} start=0x{:016x} end=0x{:016x}\n",
                        range,
                        kHbm3,
                        range * bytes,
                        ((range + 1) * bytes) - 1);
  }
  return text;
}

// mi300_gpumon.c:mi300_get_memory_partition_config: whatever the count of VFs is.
std::string nps_config_text(const Card& card) {
  return card.xcc == 0 ? "failed to get mp caps\n" : "NPS1 NPS4 \n";
}

// mi300_sched.c: as many spatial partitions as VFs, however the compute dies are cut.
std::string spatial_mode_text(const Card& card) {
  if (card.xcc == 0) {
    return "failed to get current sp mode\n";
  }
  switch (card.vfs) {
    case 1:
      return "SPX\n";
    case 2:
      return "DPX\n";
    case 4:
      return "QPX\n";
    case 8:
      return "CPX\n";
    default:
      return "UNKNOWN\n";
  }
}

// MI300_NUM_SDMA_PER_XCC is 2; 4 and 8 are fixed in
// mi300_gpumon.c:mi300_get_spatial_partition_caps.
std::string spatial_caps_text(const Card& card) {
  return card.xcc == 0
             ? "failed to get sp caps\n"
             : fmt::format("num_xcc={} num_sdma={} num_vcn=4 num_jpeg=8\n", card.xcc, card.xcc * 2);
}

}  // namespace vfmgr::sim::gim
