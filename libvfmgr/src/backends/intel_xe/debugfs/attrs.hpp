// SPDX-License-Identifier: Apache-2.0
#pragma once

// The xe driver's files in debugfs, where the kernel's sysfs lacks them. Up to 6.18 they are real
// ones below gtN/ (xe_gt_sriov_pf_debugfs.c, 6.17); from 6.19 on gtN/{pf,vfN} are links to
// sriov/{pf,vfN}/tileT/gtN, and lmem_* to vram_* (xe_sriov_pf_debugfs.c, 7.0): the older names are
// good for both. Every value is a GT's own; memory is a tile's, and stands at its first GT. No xe
// device with SR-IOV has more than two GTs: gt0, and media on gt1 (xe_pci.c, 7.0).

#include "backends/intel/refusals.hpp"
#include "core/attr.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <string_view>

namespace vfmgr::intel_xe::debugfs {

using intel::kBadAnswer;
using intel::kNoBuffer;
using intel::kNotTaken;
using intel::kResetting;
using intel::kWedged;

inline constexpr std::string_view kSource =
    "Linux 7.0 drivers/gpu/drm/xe/xe_gt_sriov_pf_debugfs.c, xe_sriov_pf_debugfs.c";

// xe_gt_sriov_pf_debugfs.c (DEFINE_SRIOV_GT_CONFIG_DEBUGFS_ATTRIBUTE), xe_gt_sriov_pf_config.c and
// xe_guc_klv_helpers.c, 6.17 to 7.0.
inline constexpr std::array kScheduleErrnos{
    Refusal{EINVAL, "not a number", ""},
    Refusal{EOVERFLOW, "too big for 32 bits", ""},
    Refusal{EIO, "the GPU's firmware (GuC) refused it", "dmesg has what it said"},
    kNotTaken,
    kBadAnswer,
    kNoBuffer,
    kResetting,
    kWedged,
    Refusal{EPERM,
            "debugfs is closed on this host (kernel lockdown), or the GPU has no such thing",
            "leave it out of the profile"},
    kGone,
    kForRootAlone,
    kMountedReadOnly};
// The same, and what there is too little of: EDQUOT of contexts and doorbells, ENOSPC and ENOMEM of
// memory (xe_gt_sriov_pf_config.c, 6.17 to 7.0).
inline constexpr std::array kQuotaErrnos{
    Refusal{EINVAL, "more than the GPU has, or not a number", "ask for less"},
    Refusal{EOVERFLOW, "too big a number", ""},
    Refusal{EDQUOT,
            "the GPU has not as many left beside the other VFs' and its own",
            "ask for less, or for fewer VFs"},
    Refusal{ENOSPC,
            "there is not as much left in one piece",
            "ask for less, or for fewer VFs; quotas of VFs that are off count, too"},
    Refusal{ENOMEM,
            "there is not as much left",
            "ask for less, or for fewer VFs; what runs on the host has its part, too"},
    Refusal{EIO,
            "the GPU's firmware (GuC) refused it: quotas can't be changed while the VF runs",
            "stop the VM that uses the VF first"},
    kNotTaken,
    kBadAnswer,
    kNoBuffer,
    kResetting,
    kWedged,
    Refusal{EPERM,
            "debugfs is closed on this host (kernel lockdown), or the GPU has no such thing",
            "leave it out of the profile"},
    kGone,
    kForRootAlone,
    kMountedReadOnly};
// xe_gt_sriov_pf_config.c:pf_set_spare_lmem (7.0): nothing below the least spare.
inline constexpr std::array kSpareErrnos{
    Refusal{EINVAL,
            "less than the driver keeps for the GPU itself, or not a number",
            "128MiB is the least"},
    Refusal{EOVERFLOW, "too big a number", ""},
    kResetting,
    kWedged,
    Refusal{
        EPERM, "debugfs is closed on this host (kernel lockdown)", "leave it out of the profile"},
    kGone,
    kForRootAlone,
    kMountedReadOnly};
// xe_sriov_pf_debugfs.c and xe_sriov_pf_provision.c:xe_sriov_pf_provision_set_mode (7.0).
inline constexpr std::array kRestoreErrnos{
    Refusal{EBUSY, "it can't be given back while there are VFs", "take the VFs away first"},
    Refusal{EINVAL, "not a yes or no", ""},
    kWedged,
    Refusal{EPERM, "debugfs is closed on this host (kernel lockdown)", ""},
    kGone,
    kForRootAlone,
    kMountedReadOnly};

/// A GT's folder for a VF: whether there is one tells how many GTs there are.
inline constexpr Attr kGt{.in = In::debug,
                          .pattern = "dri/{gpu}/{name}/vf1",
                          .name = "folder of a GT",
                          .source = kSource};
/// Writing 1 lets the driver share everything out again, and takes what VFs have; only where there
/// are modes at all (from 6.19 on), and while there are no VFs.
inline constexpr Attr kRestore{.in = In::debug,
                               .pattern = "dri/{gpu}/sriov/restore_auto_provisioning",
                               .name = "automatic provisioning",
                               .errnos = kRestoreErrnos,
                               .source = kSource};
inline constexpr Attr kVram0{.in = In::debug,
                             .pattern = "dri/{gpu}/gt0/vf{vf1}/lmem_quota",
                             .name = "vram",
                             .errnos = kQuotaErrnos,
                             .source = kSource,
                             .is_part = true};
inline constexpr Attr kGgtt0{.in = In::debug,
                             .pattern = "dri/{gpu}/gt0/vf{vf1}/ggtt_quota",
                             .name = "ggtt",
                             .errnos = kQuotaErrnos,
                             .source = kSource};
inline constexpr Attr kContexts0{.in = In::debug,
                                 .pattern = "dri/{gpu}/gt0/vf{vf1}/contexts_quota",
                                 .name = "contexts",
                                 .errnos = kQuotaErrnos,
                                 .source = kSource};
inline constexpr Attr kDoorbells0{.in = In::debug,
                                  .pattern = "dri/{gpu}/gt0/vf{vf1}/doorbells_quota",
                                  .name = "doorbells",
                                  .errnos = kQuotaErrnos,
                                  .source = kSource};
inline constexpr Attr kExecQuantum0{.in = In::debug,
                                    .pattern = "dri/{gpu}/gt0/vf{vf1}/exec_quantum_ms",
                                    .name = "exec_quantum",
                                    .unit = 1000,
                                    .zero_is_infinite = true,
                                    .errnos = kScheduleErrnos,
                                    .source = kSource};
inline constexpr Attr kPreemptTimeout0{.in = In::debug,
                                       .pattern = "dri/{gpu}/gt0/vf{vf1}/preempt_timeout_us",
                                       .name = "preempt_timeout",
                                       .zero_is_infinite = true,
                                       .errnos = kScheduleErrnos,
                                       .source = kSource};
inline constexpr Attr kPfExecQuantum0{.in = In::debug,
                                      .pattern = "dri/{gpu}/gt0/pf/exec_quantum_ms",
                                      .name = "exec_quantum",
                                      .unit = 1000,
                                      .zero_is_infinite = true,
                                      .errnos = kScheduleErrnos,
                                      .source = kSource};
inline constexpr Attr kPfPreemptTimeout0{.in = In::debug,
                                         .pattern = "dri/{gpu}/gt0/pf/preempt_timeout_us",
                                         .name = "preempt_timeout",
                                         .zero_is_infinite = true,
                                         .errnos = kScheduleErrnos,
                                         .source = kSource};
inline constexpr Attr kReserve0{.in = In::debug,
                                .pattern = "dri/{gpu}/gt0/pf/lmem_spare",
                                .name = "reserve_vram",
                                .errnos = kSpareErrnos,
                                .source = kSource,
                                .is_part = true};
inline constexpr Attr kVram1{.in = In::debug,
                             .pattern = "dri/{gpu}/gt1/vf{vf1}/lmem_quota",
                             .name = "vram",
                             .errnos = kQuotaErrnos,
                             .source = kSource,
                             .is_part = true};
inline constexpr Attr kGgtt1{.in = In::debug,
                             .pattern = "dri/{gpu}/gt1/vf{vf1}/ggtt_quota",
                             .name = "ggtt of gt1",
                             .errnos = kQuotaErrnos,
                             .source = kSource};
inline constexpr Attr kContexts1{.in = In::debug,
                                 .pattern = "dri/{gpu}/gt1/vf{vf1}/contexts_quota",
                                 .name = "contexts of gt1",
                                 .errnos = kQuotaErrnos,
                                 .source = kSource};
inline constexpr Attr kDoorbells1{.in = In::debug,
                                  .pattern = "dri/{gpu}/gt1/vf{vf1}/doorbells_quota",
                                  .name = "doorbells of gt1",
                                  .errnos = kQuotaErrnos,
                                  .source = kSource};
inline constexpr Attr kExecQuantum1{.in = In::debug,
                                    .pattern = "dri/{gpu}/gt1/vf{vf1}/exec_quantum_ms",
                                    .name = "exec_quantum of gt1",
                                    .unit = 1000,
                                    .zero_is_infinite = true,
                                    .errnos = kScheduleErrnos,
                                    .source = kSource};
inline constexpr Attr kPreemptTimeout1{.in = In::debug,
                                       .pattern = "dri/{gpu}/gt1/vf{vf1}/preempt_timeout_us",
                                       .name = "preempt_timeout of gt1",
                                       .zero_is_infinite = true,
                                       .errnos = kScheduleErrnos,
                                       .source = kSource};
inline constexpr Attr kPfExecQuantum1{.in = In::debug,
                                      .pattern = "dri/{gpu}/gt1/pf/exec_quantum_ms",
                                      .name = "exec_quantum of gt1",
                                      .unit = 1000,
                                      .zero_is_infinite = true,
                                      .errnos = kScheduleErrnos,
                                      .source = kSource};
inline constexpr Attr kPfPreemptTimeout1{.in = In::debug,
                                         .pattern = "dri/{gpu}/gt1/pf/preempt_timeout_us",
                                         .name = "preempt_timeout of gt1",
                                         .zero_is_infinite = true,
                                         .errnos = kScheduleErrnos,
                                         .source = kSource};
inline constexpr Attr kReserve1{.in = In::debug,
                                .pattern = "dri/{gpu}/gt1/pf/lmem_spare",
                                .name = "reserve_vram",
                                .errnos = kSpareErrnos,
                                .source = kSource,
                                .is_part = true};

// What is left of a tile's GGTT beside VFs and the PF's spare, in a line of its own:
// "avail:\t<bytes>\t(size)" (xe_gt_sriov_pf_config.c, xe_gt_sriov_pf_config_print_available_ggtt).
// The file moved with 6.19.
inline constexpr Attr kGgttLeft{.in = In::debug,
                                .pattern = "dri/{gpu}/gt0/pf/ggtt_available",
                                .name = "GGTT that is left",
                                .source = kSource};
inline constexpr Attr kGgttLeftOfTile{.in = In::debug,
                                      .pattern = "dri/{gpu}/sriov/pf/tile0/ggtt_available",
                                      .name = "GGTT that is left",
                                      .source = kSource};

inline constexpr std::array kAttrs{kGt,
                                   kRestore,
                                   kVram0,
                                   kGgtt0,
                                   kContexts0,
                                   kDoorbells0,
                                   kExecQuantum0,
                                   kPreemptTimeout0,
                                   kPfExecQuantum0,
                                   kPfPreemptTimeout0,
                                   kReserve0,
                                   kVram1,
                                   kGgtt1,
                                   kContexts1,
                                   kDoorbells1,
                                   kExecQuantum1,
                                   kPreemptTimeout1,
                                   kPfExecQuantum1,
                                   kPfPreemptTimeout1,
                                   kReserve1,
                                   kGgttLeft,
                                   kGgttLeftOfTile};

// xe_gt_sriov_pf_config.c (7.0): what there is on a GT, and the least that is kept for the PF.
inline constexpr std::uint64_t kMostContexts = 65'535;
inline constexpr std::uint64_t kSpareContexts = 256;
inline constexpr std::uint64_t kMostDoorbells = 256;
inline constexpr std::uint64_t kGgttTop = 0xFEE0'0000;
inline constexpr std::uint64_t kSpareGgtt = 64ULL << 20U;
/// GGTT comes in pages of 4 KiB, of 64 KiB on some devices.
inline constexpr std::uint64_t kGgttGranule = 64ULL << 10U;

}  // namespace vfmgr::intel_xe::debugfs
