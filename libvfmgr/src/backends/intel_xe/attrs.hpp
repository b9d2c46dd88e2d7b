// SPDX-License-Identifier: Apache-2.0
#pragma once

// The xe driver's sriov_admin/ tree. Sources: Linux
// Documentation/ABI/testing/sysfs-driver-intel-xe-sriov and
// drivers/gpu/drm/xe/xe_sriov_pf_sysfs.c, 6.19 and 7.0; vram_quota came after 7.0.

#include "core/attr.hpp"

#include <array>
#include <cerrno>

namespace vfmgr::intel_xe {

// xe_sriov_pf_sysfs.c and xe_gt_sriov_pf_config.c: EINVAL not a number, ERANGE too big, EIO the GuC
// refused, ENOKEY EPROTO ENOBUFS its answers, EBUSY a reset is going on, ECANCELED the device is
// wedged; EACCES by mode.
inline constexpr std::array kScheduleErrnos{
    EINVAL, ERANGE, EIO, ENOKEY, EPROTO, ENOBUFS, EBUSY, ECANCELED, EACCES, EROFS};
// The same, and ENOSPC, ENOMEM: there is not as much VRAM; EPERM: no LMTT.
inline constexpr std::array kQuotaErrnos{EINVAL,
                                         ERANGE,
                                         EIO,
                                         ENOKEY,
                                         EPROTO,
                                         ENOBUFS,
                                         ENOSPC,
                                         ENOMEM,
                                         EBUSY,
                                         ECANCELED,
                                         EPERM,
                                         EACCES,
                                         EROFS};

inline constexpr std::string_view kSource = "Linux ABI/testing/sysfs-driver-intel-xe-sriov";

inline constexpr Attr kAdmin{
    .pattern = "bus/pci/devices/{gpu}/sriov_admin", .name = "sriov_admin", .source = kSource};
inline constexpr Attr kVram{
    .pattern = "bus/pci/devices/{gpu}/sriov_admin/vf{vf1}/profile/vram_quota",
    .name = "vram",
    .errnos = kQuotaErrnos,
    .source = kSource};
// "0" is infinite, the default.
inline constexpr Attr kExecQuantum{
    .pattern = "bus/pci/devices/{gpu}/sriov_admin/vf{vf1}/profile/exec_quantum_ms",
    .name = "exec_quantum",
    .unit = 1000,
    .zero_is_infinite = true,
    .errnos = kScheduleErrnos,
    .source = kSource};
inline constexpr Attr kPreemptTimeout{
    .pattern = "bus/pci/devices/{gpu}/sriov_admin/vf{vf1}/profile/preempt_timeout_us",
    .name = "preempt_timeout",
    .zero_is_infinite = true,
    .errnos = kScheduleErrnos,
    .source = kSource};

inline constexpr std::array kAttrs{kAdmin, kVram, kExecQuantum, kPreemptTimeout};

// xe_lmtt.c: quotas are rounded up to LMTT pages of 2 MiB, on each tile; every xe GPU with SR-IOV
// has one tile.
inline constexpr std::uint64_t kVramGranule = 2ULL << 20U;
// xe_gt_sriov_pf_config.c clamps silently: 100000 ms and 100000000 us.
inline constexpr std::uint64_t kLongestUs = 100'000'000;
inline constexpr std::uint64_t kShortestQuantumUs = 1000;

}  // namespace vfmgr::intel_xe
