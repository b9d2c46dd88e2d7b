// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/machine.hpp"

#include <cstdint>
#include <string>
#include <string_view>

// The tree that xe puts below `sriov_admin/` (Linux Documentation/ABI/testing/
// sysfs-driver-intel-xe-sriov; drivers/gpu/drm/xe/xe_sriov_pf_sysfs.c, 7.0, and for vram_quota the
// release after it). VFs count from 1, 0 is the PF; all TotalVFs have their directory from probe.
namespace vfmgr::sim::xe {

inline constexpr std::string_view kQuantum = "exec_quantum_ms";
inline constexpr std::string_view kTimeout = "preempt_timeout_us";
inline constexpr std::string_view kPriority = "sched_priority";
inline constexpr std::string_view kVram = "vram_quota";

/// How many VFs the hardware has.
std::uint32_t total_vfs(const Machine& machine, const PciAddress& pf);
/// Makes the tree, with the driver's first values, and takes it away.
void make_tree(Machine& machine, const PciAddress& pf);
void remove_tree(Machine& machine, const PciAddress& pf);
/// `vfN/device` for VFs that are enabled; none for 0.
void show_devices(Machine& machine, const PciAddress& pf, std::uint32_t vfs);

/// A number in a function's profile; `function` is 0 for the PF, N for VF N.
std::uint64_t value(const Machine& machine,
                    const PciAddress& pf,
                    std::uint32_t function,
                    std::string_view name);
void set_value(Machine& machine,
               const PciAddress& pf,
               std::uint32_t function,
               std::string_view name,
               std::uint64_t number);
/// The priority's word: "[low] normal high" of the PF, "[low] normal" of a VF.
void set_priority(Machine& machine,
                  const PciAddress& pf,
                  std::uint32_t function,
                  std::string_view word);

/// "sriov_admin/vf3/profile/…" and the like, split.
struct File {
  bool known = false;
  bool bulk = false;
  std::uint32_t function = 0;
  std::string_view name;  ///< "exec_quantum_ms", …, "stop"
};
/// What a path below the PF's directory is.
File file_at(std::string_view path);

}  // namespace vfmgr::sim::xe
