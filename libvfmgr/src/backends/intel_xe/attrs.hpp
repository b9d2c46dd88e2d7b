// SPDX-License-Identifier: Apache-2.0
#pragma once

// The xe driver's sriov_admin/ tree. Sources: Linux
// Documentation/ABI/testing/sysfs-driver-intel-xe-sriov and
// drivers/gpu/drm/xe/xe_sriov_pf_sysfs.c, 6.19 and 7.0; vram_quota came after 7.0.

#include "vfmgr/setting.hpp"

#include "backends/intel/refusals.hpp"
#include "core/attr.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <string_view>

namespace vfmgr::intel_xe {

using intel::kBadAnswer;
using intel::kNoBuffer;
using intel::kNotTaken;
using intel::kResetting;
using intel::kWedged;

// xe_sriov_pf_sysfs.c and xe_gt_sriov_pf_config.c (6.19, 7.0): EPERM by the file's kind.
inline constexpr std::array kScheduleErrnos{
    Refusal{EINVAL, "not a number", ""},
    Refusal{ERANGE, "too big for 32 bits", ""},
    Refusal{EIO, "the GPU's firmware (GuC) refused it", "dmesg has what it said"},
    kNotTaken,
    kBadAnswer,
    kNoBuffer,
    kResetting,
    kWedged,
    Refusal{EPERM, "this GPU or its firmware has no such setting", "leave it out of the profile"},
    kGone,
    kForRootAlone,
    kMountedReadOnly};
// The same, and what VRAM adds: xe_gt_sriov_pf_config.c:pf_provision_vf_lmem, xe_lmtt.c.
inline constexpr std::array kQuotaErrnos{
    Refusal{EINVAL, "not a number of bytes", ""},
    Refusal{ERANGE, "more bytes than 64 bits hold", ""},
    Refusal{EIO,
            "the GPU's firmware (GuC) refused it: VRAM can't be changed while the VF runs",
            "stop the VM that uses the VF first"},
    kNotTaken,
    kBadAnswer,
    kNoBuffer,
    Refusal{ENOSPC,
            "there is not as much VRAM in one piece",
            "ask for less, or for fewer VFs; quotas of VFs that are off count, too"},
    Refusal{ENOMEM,
            "there is not as much VRAM left",
            "ask for less, or for fewer VFs; what runs on the host has VRAM, too"},
    kResetting,
    kWedged,
    Refusal{EPERM, "this GPU has no VRAM to give to VFs (no LMTT)", "leave `vram` out"},
    kGone,
    kForRootAlone,
    kMountedReadOnly};

// xe_sriov_pf_sysfs.c (6.19, 7.0): "high" is for the PF alone.
inline constexpr std::array kPriorityErrnos{
    Refusal{EINVAL, "no such priority for this function", R"("high" is for the GPU itself)"},
    Refusal{EIO, "the GPU's firmware (GuC) refused it", "dmesg has what it said"},
    kNotTaken,
    kBadAnswer,
    kNoBuffer,
    kResetting,
    kWedged,
    Refusal{EPERM, "this GPU or its firmware has no such setting", "leave it out of the profile"},
    kGone,
    kForRootAlone,
    kMountedReadOnly};
// xe_gt_sriov_pf_config.c and xe_sriov_pf_provision.c (7.0), of reading.
inline constexpr std::array kReadErrnos{
    Refusal{EUCLEAN,
            "the GPU's tiles have different values: somebody has set one of them alone, in debugfs",
            "an apply sets all of them"},
    Refusal{ENODATA, "the GPU has no tile that has it", ""}};

inline constexpr std::string_view kSource = "Linux ABI/testing/sysfs-driver-intel-xe-sriov";

inline constexpr Attr kAdmin{
    .pattern = "bus/pci/devices/{gpu}/sriov_admin", .name = "sriov_admin", .source = kSource};
inline constexpr Attr kVram{
    .pattern = "bus/pci/devices/{gpu}/sriov_admin/vf{vf1}/profile/vram_quota",
    .name = "vram",
    .errnos = kQuotaErrnos,
    .source = kSource,
    .read_errnos = kReadErrnos};
// "0" is infinite, the default.
inline constexpr Attr kExecQuantum{
    .pattern = "bus/pci/devices/{gpu}/sriov_admin/vf{vf1}/profile/exec_quantum_ms",
    .name = "exec_quantum",
    .unit = 1000,
    .zero_is_infinite = true,
    .errnos = kScheduleErrnos,
    .source = kSource,
    .read_errnos = kReadErrnos};
inline constexpr Attr kPreemptTimeout{
    .pattern = "bus/pci/devices/{gpu}/sriov_admin/vf{vf1}/profile/preempt_timeout_us",
    .name = "preempt_timeout",
    .zero_is_infinite = true,
    .errnos = kScheduleErrnos,
    .source = kSource,
    .read_errnos = kReadErrnos};

inline constexpr Attr kPfExecQuantum{
    .pattern = "bus/pci/devices/{gpu}/sriov_admin/pf/profile/exec_quantum_ms",
    .name = "exec_quantum",
    .unit = 1000,
    .zero_is_infinite = true,
    .errnos = kScheduleErrnos,
    .source = kSource,
    .read_errnos = kReadErrnos};
inline constexpr Attr kPfPreemptTimeout{
    .pattern = "bus/pci/devices/{gpu}/sriov_admin/pf/profile/preempt_timeout_us",
    .name = "preempt_timeout",
    .zero_is_infinite = true,
    .errnos = kScheduleErrnos,
    .source = kSource,
    .read_errnos = kReadErrnos};

/// The word in brackets: of "[low] normal high" it is "low".
Setting spell_priority(std::string_view text);

inline constexpr Attr kPfPriority{
    .pattern = "bus/pci/devices/{gpu}/sriov_admin/pf/profile/sched_priority",
    .name = "priority",
    .errnos = kPriorityErrnos,
    .source = kSource,
    .read_errnos = kReadErrnos,
    .spelled = spell_priority};
/// A VF's can't be written by itself: what is below `.bulk_profile` writes it for all of them.
inline constexpr Attr kPriority{
    .pattern = "bus/pci/devices/{gpu}/sriov_admin/vf{vf1}/profile/sched_priority",
    .name = "priority",
    .source = kSource,
    .read_errnos = kReadErrnos,
    .spelled = spell_priority};
/// Reaches the PF, too, and every VF that there could be.
inline constexpr Attr kAllPriorities{
    .pattern = "bus/pci/devices/{gpu}/sriov_admin/.bulk_profile/sched_priority",
    .name = "priority of all VFs",
    .errnos = kPriorityErrnos,
    .source = kSource};

inline constexpr std::array kAttrs{kAdmin,
                                   kVram,
                                   kExecQuantum,
                                   kPreemptTimeout,
                                   kPfExecQuantum,
                                   kPfPreemptTimeout,
                                   kPfPriority,
                                   kPriority,
                                   kAllPriorities};

// xe_lmtt.c: quotas are rounded up to LMTT pages of 2 MiB, on each tile; every xe GPU with SR-IOV
// has one tile.
inline constexpr std::uint64_t kVramGranule = 2ULL << 20U;
// xe_gt_sriov_pf_config.c clamps silently: 100000 ms and 100000000 us.
inline constexpr std::uint64_t kLongestUs = 100'000'000;
inline constexpr std::uint64_t kShortestQuantumUs = 1000;

}  // namespace vfmgr::intel_xe
