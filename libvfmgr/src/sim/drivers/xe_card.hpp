// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/machine.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

// What facts of a PF say of a GPU and of the xe that drives it. Below, "xe 6.17" and the like is
// drivers/gpu/drm/xe of that release; "after 7.0" is 7.0 with the patches of xekmd-backports
// (backport/patches/features/vf-vram-provision), whose exact release is not known.
namespace vfmgr::sim::xe {

// The interfaces to the administrator, as the fact "xe_release" names them: major * 100 + minor.
inline constexpr std::uint64_t kTileDirectories = 618;  ///< gtN lies below tile0
inline constexpr std::uint64_t kModes = 619;            ///< sriov_admin/, debugfs sriov/, auto mode
inline constexpr std::uint64_t kVramInSysfs = 701;      ///< vram_quota; what none is named is

/// Whether a process sees the driver's files in debugfs.
enum class Debugfs : std::uint8_t { absent, there, locked };

/// A graphics or media GT; `index` is N of gtN.
struct Gt {
  std::uint32_t index = 0;
  std::uint32_t tile = 0;
  bool media = false;
};

struct Card {
  PciAddress pf;
  std::uint64_t release = kVramInSysfs;
  Debugfs debugfs = Debugfs::absent;
  std::uint32_t total = 0;  ///< VFs that the hardware has
  std::uint32_t tiles = 1;
  std::vector<Gt> gts;          ///< by index
  std::uint64_t vram = 0;       ///< bytes that VFs can get on all tiles; 0: an integrated GPU
  bool lmtt = true;             ///< VRAM can be given to VFs at all
  std::uint64_t ggtt_page = 0;  ///< what GGTT is a multiple of
  bool multi_lrc = false;       ///< the firmware has the threshold for multi-LRC queues
  bool admin_only = false;      ///< the PF only manages its VFs
  bool floors_vram = false;     ///< the fair share is a power of two, before 95c1cfa3
  bool resets_pf = false;       ///< its own time slices and priority go with its VFs
  bool lockdown_held = false;   ///< somebody has lockdown_vfs_enabling open

  [[nodiscard]] bool has_modes() const { return release >= kModes; }
  [[nodiscard]] bool has_admin() const { return release >= kModes; }
  [[nodiscard]] bool has_vram_in_sysfs() const { return release >= kVramInSysfs && vram != 0; }
  /// What VRAM is a multiple of on one tile: an LMTT page (xe 7.0: xe_lmtt.c).
  [[nodiscard]] static std::uint64_t vram_page();
};

Card card_of(const Machine& machine, const PciAddress& pf);

/// Names of what a function has a threshold for, with "threshold_" before them.
std::vector<std::string_view> thresholds(const Card& card);

}  // namespace vfmgr::sim::xe
