// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/drivers/xe_card.hpp"
#include "sim/machine.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Where each generation of xe has its files. VFs count from 1, 0 is the PF. Sysfs: Linux
// Documentation/ABI/testing/sysfs-driver-intel-xe-sriov; xe_sriov_pf_sysfs.c, 6.19 and 7.0.
// Debugfs: xe_gt_sriov_pf_debugfs.c, 6.17 to 7.0, and xe_tile_sriov_pf_debugfs.c,
// xe_sriov_pf_debugfs.c from 6.19 on.
namespace vfmgr::sim::xe {

inline constexpr std::string_view kAdmin = "sriov_admin";
inline constexpr std::string_view kQuantum = "exec_quantum_ms";
inline constexpr std::string_view kTimeout = "preempt_timeout_us";
inline constexpr std::string_view kPriority = "sched_priority";
inline constexpr std::string_view kVram = "vram_quota";
inline constexpr std::string_view kGgtt = "ggtt_quota";
inline constexpr std::string_view kContexts = "contexts_quota";
inline constexpr std::string_view kDoorbells = "doorbells_quota";
inline constexpr std::string_view kVramSpare = "vram_spare";
inline constexpr std::string_view kGgttSpare = "ggtt_spare";
inline constexpr std::string_view kContextsSpare = "contexts_spare";
inline constexpr std::string_view kDoorbellsSpare = "doorbells_spare";
inline constexpr std::string_view kIfIdle = "sched_if_idle";
inline constexpr std::string_view kResetEngine = "reset_engine";
inline constexpr std::string_view kSamplePeriod = "sample_period_ms";

/// A number that a function has on one GT, or of VRAM and GGTT on one tile. Its name is the newest
/// driver's: up to 6.18 "vram_" is "lmem_" in debugfs.
struct Item {
  std::uint32_t function = 0;
  std::uint32_t unit = 0;  ///< index of the GT or tile
  std::string_view name;
};
/// Whether there is one of it for each tile.
bool is_of_tile(std::string_view name);

/// "pf", "vf3".
std::string function_name(std::uint32_t function);
/// "dri/0000:03:00.0", in debugfs.
std::string debug_root(const PciAddress& pf);
/// The directory of a function on a GT, and on a tile (that of its graphics GT before 6.19).
std::string debug_gt(const Card& card, std::uint32_t function, const Gt& gt);
std::string debug_tile(const Card& card, std::uint32_t function, std::uint32_t tile);
/// The file of it, without links on the way.
std::string debug_path(const Card& card, const Item& item);
/// The file in sysfs, canonical.
std::string admin_path(const Machine& machine,
                       const PciAddress& pf,
                       std::uint32_t function,
                       std::string_view name);

/// "sriov_admin/vf3/profile/…" and the like, split.
struct AdminFile {
  bool known = false;
  bool bulk = false;
  std::uint32_t function = 0;
  std::string_view name;  ///< "exec_quantum_ms", …, "stop"
};
/// What a path below the PF's directory is.
AdminFile admin_file_at(std::string_view path);

/// A file in debugfs, split.
struct DebugFile {
  enum class Of : std::uint8_t { device, function, tile, gt };
  Of of = Of::device;
  std::uint32_t function = 0;
  std::uint32_t unit = 0;
  std::string name;  ///< the newest driver's
};
/// What a canonical path below debug_root is; nothing: no file of SR-IOV.
std::optional<DebugFile> debug_file_at(const Card& card, std::string_view path);

}  // namespace vfmgr::sim::xe
