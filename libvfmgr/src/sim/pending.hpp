// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/machine.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Writes that have not returned, and the locks that they hold meanwhile. Who uses a VF through vfio
// is what they wait for: removing a vfio driver never fails, it waits until all users have closed
// (vfio_main.c:vfio_unregister_group_dev).
namespace vfmgr::sim {

/// A write that waits. Its locks are named "function:ADDRESS" (device_lock) and "rescan"
/// (pci_rescan_remove_lock).
struct Pending {
  std::string place, bytes;
  std::vector<std::string> locks;
};

/// The pending writes in the order they came; the key is their name below `volatile/pending`.
std::vector<std::pair<std::string, Pending>> pending_writes(const Machine& machine);
/// Puts a write at the end of the queue.
void add_pending(Machine& machine, const Pending& write);
/// Takes one away.
void drop_pending(Machine& machine, const std::string& name);
/// Whether a pending write that came before `name` (empty: any) holds one of these locks.
bool locks_taken(const Machine& machine,
                 std::span<const std::string> locks,
                 const std::string& name);

/// Who holds a VF through vfio.
struct User {
  int pid = 0;
  std::string vm;
};
std::optional<User> user_of(const Machine& machine, const PciAddress& function);
void set_user(Machine& machine, const PciAddress& function, const User& user);
void drop_user(Machine& machine, const PciAddress& function);

std::string function_lock(const PciAddress& function);
inline constexpr std::string_view kRescanLock = "rescan";

}  // namespace vfmgr::sim
