// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/machine.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Mediated devices: what drivers/vfio/mdev shows of a function that offers types, and what it does
// on `create` and `remove` (Linux 6.2, mdev_core.c and mdev_sysfs.c). Whose types they are, how
// many are left and why one can't be made is its driver's (SimDriver::mdev_types and after).
namespace vfmgr::sim {

/// The function is a parent from now on (mdev_register_parent).
void add_mdev_parent(Machine& machine, const PciAddress& function);
/// It is none any more: its mdevs go first (mdev_unregister_parent).
void remove_mdev_parent(Machine& machine, const PciAddress& function);
bool is_mdev_parent(const Machine& machine, const PciAddress& function);
/// What is left of each type may have changed.
void show_mdev_types(Machine& machine, const PciAddress& function);

/// The mdevs of a function, by name.
std::vector<std::string> mdevs_of(const Machine& machine, const PciAddress& function);
/// Where one's directory is.
std::string mdev_directory(const Machine& machine,
                           const PciAddress& function,
                           std::string_view uuid);
/// Takes one away, with its group and node; its driver is told.
void remove_mdev(Machine& machine, const PciAddress& function, std::string_view uuid);
/// The mdev whose `remove` a canonical path in sys is; nothing: it is none's.
std::optional<std::string> mdev_removed_by(const Machine& machine, std::string_view path);

/// A write to a file of the mdev core's. An errno or 0; nothing: the path is none of them.
std::optional<int> write_mdev(Machine& machine, std::string_view path, std::string_view bytes);

/// The group through whose node a VM gets at a function: of its first mdev, else its own.
std::string vfio_group_of(const Machine& machine, const PciAddress& function);

}  // namespace vfmgr::sim
