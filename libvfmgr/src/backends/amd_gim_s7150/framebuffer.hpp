// SPDX-License-Identifier: Apache-2.0
// How the driver shares a GPU's memory out, and how a VF's part stands in its register: pure.
#pragma once

#include "vfmgr/setting.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::amd_gim_s7150 {

inline constexpr std::uint64_t kMib = 1ULL << 20U;
inline constexpr std::uint64_t kUnitMib = 16;        // gim_fb.h: FB__SIZE_IN_16M
inline constexpr std::uint64_t kLeastOfVfMib = 256;  // gim_monitor.c:amdgim_do_getvf
inline constexpr std::uint64_t kUsualBarMib = 256;   // region 0 of an S7150: issue 3 of its source
inline constexpr std::uint32_t kMostVfs = 16;        // gim_adapter.h: MAX_VIRTUAL_FUNCTIONS
inline constexpr std::uint32_t kMostGpus = 8;        // gim_adapter.h: MAX_ADAPTERS_IN_SYSTEM

/// What is known of a GPU's memory; all in MiB.
struct Memory {
  std::uint64_t total = 0;     ///< TOTAL_FB_AVAILABLE; 0: not known
  std::uint64_t consumed = 0;  ///< TOTAL_FB_CONSUMED; 0: the driver has not been here
  std::uint64_t bar = kUsualBarMib;
  std::uint64_t pf_fb = 0;  ///< of /etc/gim_config; 0: as little as can be
};
/// The part of it that is for VFs.
struct Area {
  std::uint64_t base = 0, size = 0;  ///< size 0: not known
};
/// Once the driver is loaded with these (gim_fb.c:init_frame_buffer_partition).
Area area_for(const Memory& memory, std::uint32_t vfs);
/// As the driver that is loaded has it: by what it wrote. No base where it is not known.
Area area_now(const Memory& memory);

/// What one VF has.
struct Part {
  std::uint64_t base = 0, size = 0;
  friend bool operator==(const Part&, const Part&) = default;
};
/// Its register, decimal: the size in units less one, and above it the base in units.
std::string register_of(const Part& part);
Part part_in(std::string_view text);
/// The size in bytes, as people write it.
Setting spelled_size(std::string_view text);

/// Where parts of these sizes go: one behind the other, the last VF's first. So the first VF's
/// never lies where the driver put it when it was loaded, and who finds some of them dealt out sees
/// it.
std::vector<Part> laid_out(std::span<const std::uint64_t> sizes, std::uint64_t base);
/// Whether these are as the driver puts them when it is loaded: alike, one behind the other, the
/// first VF's first. `vf_fb`: of /etc/gim_config.
bool is_drivers_own(std::span<const Part> parts, const Area& area, std::uint64_t vf_fb);
/// The share of time that getvf wants as well: so that all VFs get one.
std::uint32_t divider_for(std::uint32_t vfs);

}  // namespace vfmgr::amd_gim_s7150
