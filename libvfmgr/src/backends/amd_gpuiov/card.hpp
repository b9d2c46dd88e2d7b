// SPDX-License-Identifier: Apache-2.0
// A GPU's way to be shared out, and whether this host lets us.
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "backends/amd_gpuiov/registers.hpp"
#include "core/attr.hpp"
#include "kernel/kernel.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace vfmgr::amd_gpuiov {

/// Whether the layout of its capability is known, this one's or one that is only read.
bool is_known(const Gpu& gpu);
/// How its framebuffer is shared out; none: its registers don't tell how much there is.
std::optional<Layout> layout_of(const Gpu& gpu);

/// What of it VFs can be given without any being there.
std::uint32_t vfs_of(const Gpu& gpu);

Place totals_of(const Gpu& gpu, Layout layout);
Place framebuffer_of(const Gpu& gpu, Layout layout, VfIndex vf);
/// All that a run can move, in the order in which it is written.
std::vector<Place> registers_of(const Gpu& gpu);
/// The attribute of such a place.
const Attr& attr_of(const Place& place);

/// Why its registers can't be gone by: they don't answer, are not shown, or lie elsewhere.
std::optional<Error> unfit(const Kernel& kernel, const Gpu& gpu);
/// What the kernel says against a write; none: nothing.
std::optional<Error> locked_down(const Kernel& kernel, const Gpu& gpu);

/// Sizes of the windows that the host has for it, in MiB; 0: not known.
struct Windows {
  std::uint64_t pf = 0;  ///< BAR 0
  std::uint64_t vf = 0;  ///< VF BAR 0, of each
};
Windows windows_of(const Kernel& kernel, const Gpu& gpu);

}  // namespace vfmgr::amd_gpuiov
