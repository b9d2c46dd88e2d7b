// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/gim_partition.hpp"

#include "vfmgr/units.hpp"

#include "sim/drivers/gim_card.hpp"
#include "sim/drivers/gim_conf.hpp"
#include "sim/drivers/gim_fb.hpp"
#include "sim/machine.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace vfmgr::sim::gim {

namespace {

constexpr std::uint32_t kMi300x = 8;  // compute dies
constexpr std::uint32_t kMi308x = 4;
// Assumed: how long the reset of a GPU and its hive takes, behind which a read of the mode waits.
constexpr Milliseconds kResetCost{2000};

constexpr std::uint32_t bit(std::uint32_t vfs) {
  return 1U << vfs;
}

// mi300_gpumon.c:mi300x_accelerator_partition_profile_configs
constexpr std::array kMi300xProfiles{
    Profile{.type = "SPX", .partitions = 1, .resources = {3, 7}, .vf_counts = bit(1)},
    Profile{.type = "DPX", .partitions = 2, .resources = {2, 6}, .vf_counts = bit(2)},
    Profile{.type = "QPX",
            .partitions = 4,
            .with_nps4 = true,
            .resources = {1, 5},
            .vf_counts = bit(4)},
    Profile{.type = "CPX",
            .partitions = 8,
            .with_nps4 = true,
            .resources = {0, 4},
            .vf_counts = bit(1) | bit(2) | bit(4) | bit(8)}};
// mi300_gpumon.c:mi308x_accelerator_partition_profile_configs
constexpr std::array kMi308xProfiles{
    Profile{.type = "SPX", .partitions = 1, .resources = {2, 5}, .vf_counts = bit(1)},
    Profile{.type = "DPX", .partitions = 2, .resources = {1, 4}, .vf_counts = bit(2)},
    Profile{.type = "CPX",
            .partitions = 4,
            .with_nps4 = true,
            .resources = {0, 3},
            .vf_counts = bit(1) | bit(2) | bit(4)}};

/// mi300_nbio_get_accelerator_partition_mode_default_setting; 0: there is none.
std::uint32_t default_partitions(std::uint32_t xcc, std::uint32_t vfs, std::uint32_t nps) {
  const bool known = nps == 1 || nps == 4;
  switch (vfs) {
    case 1:
      return nps == 1 ? 1 : (known ? xcc : 0);
    case 2:
      return nps == 1 ? 2 : 0;
    case 4:
    case 8:
      return known ? vfs : 0;
    default:
      return 0;
  }
}

/// mi300_nbio_is_accelerator_partition_mode_supported
bool suits_vfs(std::uint32_t xcc, std::uint32_t vfs, std::uint32_t nps, std::uint32_t partitions) {
  const bool nps_known = nps > 0 && nps < kNeverSaved;
  return (partitions == vfs && nps_known && partitions >= nps) || partitions == xcc;
}

/// mi300_nbio_is_partition_mode_combination_supported
bool is_combination(std::uint32_t xcc,
                    std::uint32_t vfs,
                    std::uint32_t nps,
                    std::uint32_t partitions) {
  const bool nps_possible = nps == 1 || (nps == 4 && vfs != 2);
  const bool vfs_possible = vfs == 1 || vfs == 2 || vfs == 4 || vfs == 8;
  return nps_possible && vfs_possible && suits_vfs(xcc, vfs, nps, partitions);
}

/// mi300_set_memory_partition_mode and the reset that follows. Whether it was done.
bool switch_nps(Machine& machine, const PciAddress& pf, std::uint32_t nps) {
  const Card card = card_of(machine, pf);
  const std::uint32_t partitions = default_partitions(card.xcc, card.vfs, nps);
  if (card.xcc == 0 || partitions == 0 || !is_combination(card.xcc, card.vfs, nps, partitions)) {
    return false;
  }
  if (nps == 1) {
    drop_fact(machine, pf, "nps");  // as a GPU begins: two hosts that are alike have the same text
  } else {
    set_number(machine, pf, "nps", nps);
  }
  set_number(machine, pf, "gim_nps", nps);
  set_number(machine, pf, "partitions", partitions);
  save_option(machine, kMemory, nps);
  save_option(machine, kAccelerator, partitions);
  share_out(machine, pf);  // the reset brings the GPU up anew
  return true;
}

/// mi300_set_accelerator_partition_profile
void switch_profile(Machine& machine, const PciAddress& pf, std::uint32_t index) {
  const Card card = card_of(machine, pf);
  const auto profiles = profiles_of(card.xcc, card.vfs);
  if (index >= profiles.size() || card.nps != card.wanted_nps ||
      !is_combination(card.xcc, card.vfs, card.nps, profiles[index].partitions)) {
    return;
  }
  set_number(machine, pf, "partitions", profiles[index].partitions);
  save_option(machine, kAccelerator, profiles[index].partitions);
}

}  // namespace

std::vector<Resource> resources_of(std::uint32_t xcc) {
  if (xcc == kMi300x) {
    return {{.type = "XCC", .each = 1},
            {.type = "XCC", .each = 2},
            {.type = "XCC", .each = 4},
            {.type = "XCC", .each = 8},
            {.type = "DECODER", .each = 1, .shared_by = 2},
            {.type = "DECODER", .each = 1},
            {.type = "DECODER", .each = 2},
            {.type = "DECODER", .each = 4}};
  }
  if (xcc == kMi308x) {
    return {{.type = "XCC", .each = 1},
            {.type = "XCC", .each = 2},
            {.type = "XCC", .each = 4},
            {.type = "DECODER", .each = 1},
            {.type = "DECODER", .each = 2},
            {.type = "DECODER", .each = 4}};
  }
  return {};
}

std::vector<Profile> profiles_of(std::uint32_t xcc, std::uint32_t vfs) {
  std::vector<Profile> offered;
  const auto add = [&](const auto& all) {
    for (const Profile& profile : all) {
      if (vfs < 32 && (profile.vf_counts & bit(vfs)) != 0) {
        offered.push_back(profile);
      }
    }
  };
  if (xcc == kMi300x) {
    add(kMi300xProfiles);
  } else if (xcc == kMi308x) {
    add(kMi308xProfiles);
  }
  return offered;
}

std::optional<std::uint32_t> profile_now(const Card& card) {
  const auto profiles = profiles_of(card.xcc, card.vfs);
  for (std::size_t index = 0; index < profiles.size(); ++index) {
    if (profiles[index].partitions == card.partitions) {
      return static_cast<std::uint32_t>(index);
    }
  }
  return std::nullopt;
}

std::optional<Modes> modes_at_load(const Card& card, std::uint32_t vfs, const Conf& saved) {
  auto nps = static_cast<std::uint32_t>(option(saved, kMemory, 0));
  auto partitions = static_cast<std::uint32_t>(option(saved, kAccelerator, 0));
  // mi300_psp_check_memory_partition_mode: without a saved mode the hardware's stays.
  if (nps == 0 || nps == kNeverSaved) {
    nps = card.nps;
    if (partitions == kNeverSaved) {
      partitions = default_partitions(card.xcc, vfs, nps);
      if (partitions == 0) {
        return std::nullopt;
      }
    }
  }
  if (!is_combination(card.xcc, vfs, nps, partitions)) {
    nps = 1;
  }
  // mi300_psp_set_accelerator_partition_mode
  if (partitions == 0 || !suits_vfs(card.xcc, vfs, nps, partitions)) {
    partitions = default_partitions(card.xcc, vfs, nps);
  }
  return partitions == 0 ? std::nullopt
                         : std::optional(Modes{.nps = nps, .partitions = partitions});
}

void set_nps(Machine& machine, const PciAddress& pf, std::uint32_t nps, bool half) {
  const Card card = card_of(machine, pf);
  const auto hive = hive_of(machine, pf);
  // amdgv_gpumon_set_memory_partition_mode
  if (card.xcc == 0 || nps == 0 || card.nps == nps || any_vf_in_use(machine, hive)) {
    return;
  }
  bool done = false;
  for (const PciAddress& member : hive) {
    done = switch_nps(machine, member, nps) || done;
    if (half) {
      break;
    }
  }
  if (done) {
    machine.advance(kResetCost);
  }
}

void set_profile(Machine& machine, const PciAddress& pf, std::uint32_t index, bool half) {
  const auto now = profile_now(card_of(machine, pf));
  const auto hive = hive_of(machine, pf);
  // amdgv_gpumon_set_accelerator_partition_profile: the one it has must be known first.
  if (!now || *now == index || any_vf_in_use(machine, hive)) {
    return;
  }
  for (const PciAddress& member : hive) {
    switch_profile(machine, member, index);
    if (half) {
      break;
    }
  }
}

void apply_saved_nps(Machine& machine) {
  const auto saved = static_cast<std::uint32_t>(option(conf_of(machine), kMemory, 0));
  for (const PciAddress& pf : adapters(machine)) {
    const Card card = card_of(machine, pf);
    if (card.xcc != 0 && card.nps != saved) {
      set_nps(machine, pf, saved, false);
      return;
    }
  }
}

}  // namespace vfmgr::sim::gim
