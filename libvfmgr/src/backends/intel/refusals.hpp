// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/refusal.hpp"

#include <cerrno>

// What the files of both drivers answer alike, in sysfs and in debugfs.
namespace vfmgr::intel {

// xe_sriov_pf_sysfs.c, xe_gt_sriov_pf_config.c and
// xe_guc_klv_helpers.c (6.19, 7.0).
inline constexpr Refusal kNotTaken{
    ENOKEY, "the GPU's firmware (GuC) took less than it was sent", "update its firmware"};
inline constexpr Refusal kBadAnswer{
    EPROTO, "the GPU's firmware (GuC) gave an answer that makes no sense", "update its firmware"};
inline constexpr Refusal kNoBuffer{
    ENOBUFS, "the driver has no buffer left to ask the GPU's firmware (GuC)", "run it again"};
inline constexpr Refusal kResetting{
    EBUSY, "the GPU is being reset", "run it again in some seconds; dmesg says why it was"};
inline constexpr Refusal kWedged{ECANCELED,
                                 "the driver has given the GPU up (wedged)",
                                 "dmesg says why; bind the PF's driver anew, or reboot"};

}  // namespace vfmgr::intel
