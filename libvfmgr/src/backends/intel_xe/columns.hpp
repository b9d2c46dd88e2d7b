// SPDX-License-Identifier: Apache-2.0
// Which of the driver's files holds what a profile asks of a function: sysfs first, debugfs for
// what sysfs of this kernel lacks.
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/backend.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "kernel/kernel.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace vfmgr::intel_xe {

/// The driver answers a write when the GPU's firmware has: in milliseconds; a reset of the GPU it
/// waits out before.
inline constexpr Milliseconds kFirmwareLimit{5000};

/// What a key means to the driver.
enum class Kind : std::uint8_t {
  quota,     ///< given out of a stock, before VFs are there
  schedule,  ///< whose turn it is, and for how long: after VFs are there
};

/// A file that holds a key's value, or a part of it.
struct Column {
  Key key;
  const Attr* attr;
  Kind kind;
};

/// Every file of a VF, and of the PF, in any version of the driver.
std::span<const Column> vf_columns();
std::span<const Column> pf_columns();

/// What this kernel has for a PF. Found by looking, never by version: distributions move the driver
/// about.
struct Interface {
  bool admin = false;                ///< `sriov_admin/` in sysfs
  bool vram = false;                 ///< with quotas of VRAM
  std::array<bool, 2> gts{};         ///< GTs that debugfs has files of
  std::array<bool, 2> memory{};      ///< … and whose tile's VRAM can be given out there
  bool modes = false;                ///< debugfs can bring automatic provisioning back
  std::optional<int> debugfs_error;  ///< why debugfs can't be looked at; none: it can
};
/// `debugfs`: whether it is looked at also where sysfs has all that is asked.
Interface interface_of(const Kernel& kernel, const PciAddress& pf, bool debugfs);

/// Of those columns the ones that hold a value under this interface; of the dear keys only where
/// asked for.
std::vector<Column> columns_of(std::span<const Column> all, const Interface& has, bool dear);

/// The place of a column; of a PF's without a VF.
Place place_of(const Column& column, const PciAddress& pf, std::optional<std::uint32_t> vf);

/// Among how many files of a VF's or the PF's a key's bytes are shared: one for each tile.
std::uint64_t parts(const State& state, const PciAddress& pf, Key key, bool of_vf);

/// Whether a quota stands in debugfs, where writing one ends automatic provisioning.
bool is_of_debugfs(const Column& column);

/// Every VF that the hardware could have: the driver has files for each, whatever the count.
std::uint32_t all_vfs(const Gpu& pf);

}  // namespace vfmgr::intel_xe
