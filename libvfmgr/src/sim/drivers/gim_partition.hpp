// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/drivers/gim_card.hpp"
#include "sim/drivers/gim_conf.hpp"
#include "sim/machine.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

// Compute and memory partitions of the MI300 family under GIM (MxGPU
// libgv/core/hw/AI/mi300/mi300_nbio.c, mi300_psp.c, mi300_gpumon.c; amdgv_gpumon.c).
namespace vfmgr::sim::gim {

/// A way to cut the compute dies.
struct Profile {
  std::string_view type;         ///< "SPX" …
  std::uint32_t partitions = 1;  ///< how many
  bool with_nps4 = false;        ///< beside NPS1
  std::array<std::uint32_t, 2> resources{};
  std::uint32_t vf_counts = 0;  ///< bit N: offered while there are N VFs
};
/// What a partition has of one kind.
struct Resource {
  std::string_view type;  ///< "XCC" …
  std::uint32_t each = 1, shared_by = 1;
};

/// The kinds of resources of a GPU with so many compute dies; none: it has no partitions.
std::vector<Resource> resources_of(std::uint32_t xcc);
/// The profiles offered with so many VFs; an index counts only these.
std::vector<Profile> profiles_of(std::uint32_t xcc, std::uint32_t vfs);
/// The profile that the GPU is in, by its index; nothing: none that is offered has so many
/// partitions, and then it cannot be changed either.
std::optional<std::uint32_t> profile_now(const Card& card);

/// What a GPU is to have once it comes up; nothing: its initialisation fails.
struct Modes {
  std::uint32_t nps = 1, partitions = 1;
};
std::optional<Modes> modes_at_load(const Card& card, std::uint32_t vfs, const Conf& saved);

/// A write of a memory partition mode: for the whole hive, or for its first GPU (`half`). Nothing
/// tells whether it worked.
void set_nps(Machine& machine, const PciAddress& pf, std::uint32_t nps, bool half);
/// A write of a profile's index, likewise.
void set_profile(Machine& machine, const PciAddress& pf, std::uint32_t index, bool half);
/// gim_set_dynamic_partition_mode, the end of a load: the first GPU whose memory mode is not the
/// saved one gets that, with its hive. No other is looked at.
void apply_saved_nps(Machine& machine);

}  // namespace vfmgr::sim::gim
