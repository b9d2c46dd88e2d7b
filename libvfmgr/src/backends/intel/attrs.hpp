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

// There as soon as a DRM driver is, where debugfs is mounted.
inline constexpr Attr kDebugDri{.in = In::debug,
                                .pattern = "dri",
                                .name = "debugfs of DRM",
                                .source = "Linux drivers/gpu/drm/drm_debugfs.c"};

/// For the door, beside those of the backends.
// Registers that may be read through BAR 0; none is written. VF_CAP is the device's; those of a GT
// read 0 or what was, while the GT sleeps: the drivers wake it first (xe_force_wake.c), and nobody
// else can.
inline constexpr Attr kVfCap{.in = In::mmio,
                             .pattern = "{gpu}/0/001901f8",
                             .name = "VF_CAP_REG",
                             .source = "Linux drivers/gpu/drm/xe/regs/xe_regs.h"};
// i915 reads it with nothing but a mapping before it knows the device (intel_device_info.c:
// ip_ver_read); the media GT's lies 0x380000 behind (xe_reg_defs.h and MEDIA_GT_GSI_OFFSET).
inline constexpr std::string_view kGtRegs = "Linux drivers/gpu/drm/xe/regs/xe_gt_regs.h";
inline constexpr Attr kGmdId{
    .in = In::mmio, .pattern = "{gpu}/0/00000d8c", .name = "GMD_ID", .source = kGtRegs};
inline constexpr Attr kMediaGmdId{
    .in = In::mmio, .pattern = "{gpu}/0/00380d8c", .name = "GMD_ID (media)", .source = kGtRegs};
inline constexpr Attr kGucStatus{.in = In::mmio,
                                 .pattern = "{gpu}/0/0000c000",
                                 .name = "GUC_STATUS",
                                 .source = "Linux drivers/gpu/drm/xe/regs/xe_guc_regs.h"};
// What a PF reads for its VFs, which can't (pick_runtime_regs); which of them, by family.
inline constexpr std::string_view kPfService = "Linux drivers/gpu/drm/xe/xe_gt_sriov_pf_service.c";
inline constexpr Attr kRpmConfig0{
    .in = In::mmio, .pattern = "{gpu}/0/00000d00", .name = "RPM_CONFIG0", .source = kPfService};
inline constexpr Attr kFuse4{
    .in = In::mmio, .pattern = "{gpu}/0/00009114", .name = "XEHP_FUSE4", .source = kPfService};
inline constexpr Attr kFuse3{
    .in = In::mmio, .pattern = "{gpu}/0/00009118", .name = "MIRROR_FUSE3", .source = kPfService};
inline constexpr Attr kFuse1{
    .in = In::mmio, .pattern = "{gpu}/0/0000911c", .name = "MIRROR_FUSE1", .source = kPfService};
inline constexpr Attr kEuEnable{
    .in = In::mmio, .pattern = "{gpu}/0/00009134", .name = "XELP_EU_ENABLE", .source = kPfService};
inline constexpr Attr kSliceEnable{.in = In::mmio,
                                   .pattern = "{gpu}/0/00009138",
                                   .name = "XELP_GT_SLICE_ENABLE",
                                   .source = kPfService};
inline constexpr Attr kGeometryDss{.in = In::mmio,
                                   .pattern = "{gpu}/0/0000913c",
                                   .name = "XELP_GT_GEOMETRY_DSS_ENABLE",
                                   .source = kPfService};
inline constexpr Attr kVideoDisable{.in = In::mmio,
                                    .pattern = "{gpu}/0/00009140",
                                    .name = "GT_VEBOX_VDBOX_DISABLE",
                                    .source = kPfService};
inline constexpr Attr kComputeDss{.in = In::mmio,
                                  .pattern = "{gpu}/0/00009144",
                                  .name = "XEHP_GT_COMPUTE_DSS_ENABLE",
                                  .source = kPfService};
inline constexpr Attr kComputeDssExt{.in = In::mmio,
                                     .pattern = "{gpu}/0/00009148",
                                     .name = "XEHPC_GT_COMPUTE_DSS_ENABLE_EXT",
                                     .source = kPfService};
inline constexpr Attr kComputeDss2{.in = In::mmio,
                                   .pattern = "{gpu}/0/0000914c",
                                   .name = "XE2_GT_COMPUTE_DSS_2",
                                   .source = kPfService};
inline constexpr Attr kGeometryDss1{.in = In::mmio,
                                    .pattern = "{gpu}/0/00009150",
                                    .name = "XE2_GT_GEOMETRY_DSS_1",
                                    .source = kPfService};
inline constexpr Attr kHucInfo{.in = In::mmio,
                               .pattern = "{gpu}/0/0000c1dc",
                               .name = "HUC_KERNEL_LOAD_INFO",
                               .source = kPfService};

inline constexpr std::array kAttrs{
    kXeMaxVfs,      kXeOwnMaxVfs, kXeSriovInfo,  kXeVfFiles,  kI915MaxVfs,    kI915EnableGuc,
    kI915EnableIaf, kPrelimIov,   kDebugDri,     kVfCap,      kGmdId,         kMediaGmdId,
    kGucStatus,     kRpmConfig0,  kFuse4,        kFuse3,      kFuse1,         kEuEnable,
    kSliceEnable,   kGeometryDss, kVideoDisable, kComputeDss, kComputeDssExt, kComputeDss2,
    kGeometryDss1,  kHucInfo};

}  // namespace vfmgr::intel
