// SPDX-License-Identifier: Apache-2.0
// What this kernel has for a PF: sysfs first, debugfs for what sysfs lacks.
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/state.hpp"

#include "backends/intel/columns.hpp"
#include "backends/intel/fits.hpp"
#include "backends/intel/left.hpp"
#include "kernel/kernel.hpp"

#include <array>
#include <optional>
#include <span>
#include <vector>

namespace vfmgr::intel_xe {

/// Every file that any version of the driver has for a PF and its VFs.
intel::Files files_of(const Gpu& pf);

/// Found by looking, never by version: distributions move the driver about.
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

/// Of columns the ones that hold a value under this interface; of the dear keys only where asked
/// for.
std::vector<intel::Column> columns_of(std::span<const intel::Column> all,
                                      const Interface& has,
                                      bool dear);

/// What is left to give out, where a record has GGTT and the driver tells.
std::vector<intel::Left> left_of(const Kernel& kernel, const Gpu& pf, const State& now);

/// What a GPU has to give out.
intel::Stocks stocks_of(const Gpu& pf, const State& now);

/// What a card of this kind has for all its VFs and itself, in bytes, as it is sold; none: no table
/// has it, or it has no memory of its own.
std::optional<std::uint64_t> nominal_vram(const Gpu& pf);

}  // namespace vfmgr::intel_xe
