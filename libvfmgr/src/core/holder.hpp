// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

// What a process's own text tells of it. Pure; the text is anybody's.
namespace vfmgr {

/// The name of the VM that a process runs: QEMU's `-name`, as `NAME` or as `guest=NAME,…`, of
/// arguments that each have a NUL behind them (proc(5) cmdline). None: no QEMU, or it was given no
/// name.
std::optional<std::string> vm_of(std::string_view arguments);

/// The container that a process is in, by its cgroups (proc(5) cgroup): "docker 1f0c3a5e9b7d",
/// "lxc web". None: in none that is known by its cgroup's name.
std::optional<std::string> container_of(std::string_view cgroups);

}  // namespace vfmgr
