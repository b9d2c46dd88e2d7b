// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/attr.hpp"

#include <array>
#include <string_view>

// What is read to tell why an Intel GPU makes no VFs, or shares them out badly; none is written.
// "I915BP" is intel-gpu/intel-gpu-i915-backports, branch backport/main at e3240a7b; "I915DK" is
// strongtz/i915-sriov-dkms.
namespace vfmgr::intel {

/// Drivers of Intel's display controllers.
inline constexpr std::string_view kXe = "xe";
inline constexpr std::string_view kI915 = "i915";

// 0400: root reads it. "0": no VFs; 4294967295 ("unlimited") unless told otherwise since 6.17, 0
// before.
inline constexpr Attr kXeMaxVfs{.pattern = "module/xe/parameters/max_vfs",
                                .name = "xe.max_vfs",
                                .source = "Linux drivers/gpu/drm/xe/xe_module.c (6.17)"};
// Of one GPU, above the parameter; there where somebody made the GPU's folder. "unlimited" or a
// number.
inline constexpr Attr kXeOwnMaxVfs{.pattern = "kernel/config/xe/{gpu}/sriov/max_vfs",
                                   .name = "max_vfs in configfs",
                                   .source = "Linux drivers/gpu/drm/xe/xe_configfs.c (6.19)"};
// "supported: yes|no", "enabled: yes|no", "mode: SR-IOV PF|SR-IOV VF|none".
inline constexpr Attr kXeSriovInfo{.in = In::debug,
                                   .pattern = "dri/{gpu}/sriov_info",
                                   .name = "sriov_info",
                                   .source = "Linux drivers/gpu/drm/xe/xe_sriov.c (7.0)"};
// What the driver's files in sysfs have for its first VF: of all VFs alike.
inline constexpr Attr kXeVfFiles{.pattern = "bus/pci/devices/{gpu}/sriov_admin/vf1/profile",
                                 .name = "VFs' files",
                                 .source = "Linux ABI/testing/sysfs-driver-intel-xe-sriov"};
/// Among them where VRAM is given out in sysfs; in the others' debugfs else.
inline constexpr std::string_view kVramFile = "vram_quota";

// The kernel's own i915 has no such parameter.
inline constexpr Attr kI915MaxVfs{.pattern = "module/i915/parameters/max_vfs",
                                  .name = "i915.max_vfs",
                                  .source = "I915BP and I915DK drivers/gpu/drm/i915/i915_params.c"};
inline constexpr Attr kI915EnableGuc{
    .pattern = "module/i915/parameters/enable_guc",
    .name = "i915.enable_guc",
    .source = "I915BP and I915DK drivers/gpu/drm/i915/i915_params.c"};
inline constexpr Attr kI915EnableIaf{
    .pattern = "module/i915/parameters/enable_iaf",
    .name = "i915.enable_iaf",
    .source = "I915BP drivers/gpu/drm/i915/i915_sriov.c, works_with_iaf"};
inline constexpr Attr kPrelimIov{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov",
    .name = "i915's files of VFs",
    .source = "I915BP and I915DK drivers/gpu/drm/i915/i915_sriov_sysfs.c"};

// "none [integrity] confidentiality": the one in brackets holds.
inline constexpr Attr kLockdown{.pattern = "kernel/security/lockdown",
                                .name = "lockdown",
                                .source = "Linux security/lockdown/lockdown.c"};
// There as soon as a DRM driver is, where debugfs is mounted.
inline constexpr Attr kDebugDri{.in = In::debug,
                                .pattern = "dri",
                                .name = "debugfs of DRM",
                                .source = "Linux drivers/gpu/drm/drm_debugfs.c"};

/// For the door, beside those of the backends.
inline constexpr std::array kAttrs{kXeMaxVfs,
                                   kXeOwnMaxVfs,
                                   kXeSriovInfo,
                                   kXeVfFiles,
                                   kI915MaxVfs,
                                   kI915EnableGuc,
                                   kI915EnableIaf,
                                   kPrelimIov,
                                   kLockdown,
                                   kDebugDri};

}  // namespace vfmgr::intel
