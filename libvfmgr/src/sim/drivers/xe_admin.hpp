// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/drivers/xe_card.hpp"
#include "sim/drivers/xe_paths.hpp"
#include "sim/machine.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

// The files that xe puts below `sriov_admin/` (xe 6.19, 7.0: xe_sriov_pf_sysfs.c; after 7.0 for
// vram_quota). All TotalVFs have their directory from probe.
namespace vfmgr::sim::xe {

/// Makes the tree, with the driver's first values, and takes it away.
void make_admin(Machine& machine, const Card& card);
void remove_admin(Machine& machine, const Card& card);
/// `vfN/device` for VFs that are enabled; none for 0.
void show_devices(Machine& machine, const Card& card, std::uint32_t vfs);

/// What the file of a function's profile shows, a priority as its number; nothing: no such file.
std::optional<std::uint64_t> admin_value(const Machine& machine,
                                         const Card& card,
                                         std::uint32_t function,
                                         std::string_view name);
/// Changes what it shows; nothing: reading it fails, since GTs differ.
void show_admin(Machine& machine,
                const Card& card,
                std::uint32_t function,
                std::string_view name,
                std::optional<std::uint64_t> number);

}  // namespace vfmgr::sim::xe
