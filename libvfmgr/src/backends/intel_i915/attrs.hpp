// SPDX-License-Identifier: Apache-2.0
#pragma once

// The i915 driver's prelim_iov/ tree, which Intel's backports and i915-sriov-dkms have and mainline
// has not: intel-gpu-i915-backports (backport/main @e3240a7b) drivers/gpu/drm/i915/
// i915_sriov_sysfs.c and gt/iov/intel_iov_sysfs.c. What belongs to a GT stands in `gt` where there
// is one (backports), else in `gt0` and `gt1`; gt1 is a second tile, or media without memory.

#include "vfmgr/setting.hpp"

#include "backends/intel/refusals.hpp"
#include "core/attr.hpp"
#include "core/refusal.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <string_view>

namespace vfmgr::intel_i915 {

using intel::kBadAnswer;
using intel::kNotTaken;

inline constexpr std::string_view kSource =
    "intel-gpu-i915-backports i915_sriov_sysfs.c, gt/iov/intel_iov_sysfs.c (e3240a7b)";

// gt/iov/intel_iov_sysfs.c and intel_iov_provisioning.c (e3240a7b).
inline constexpr std::array kScheduleErrnos{
    Refusal{EINVAL, "not a number", ""},
    Refusal{ERANGE, "too big for 32 bits", ""},
    Refusal{EIO, "the GPU's firmware (GuC) refused it", "dmesg has what it said"},
    kNotTaken,
    kBadAnswer,
    kGone,
    kForRootAlone,
    kMountedReadOnly};
// The same, and what there is too little of: intel_iov_provisioning.c (0d387fbd); what a VF had is
// gone then, too.
inline constexpr std::array kQuotaErrnos{
    Refusal{EINVAL, "not a number", ""},
    Refusal{ERANGE, "more bytes than 64 bits hold", ""},
    Refusal{EOVERFLOW, "more than the GPU could ever have", "ask for less"},
    Refusal{E2BIG, "more than the GPU could ever have", "ask for less"},
    Refusal{EDQUOT,
            "the GPU has not as much left beside the other VFs' and its own",
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
    kGone,
    kForRootAlone,
    kMountedReadOnly};
// intel_iov_provisioning.c (e3240a7b): nothing below the least spare.
inline constexpr std::array kSpareErrnos{
    Refusal{EINVAL,
            "less than the driver keeps for the GPU itself, or not a number",
            "128MiB is the least"},
    Refusal{ERANGE, "more bytes than 64 bits hold", ""},
    kGone,
    kForRootAlone,
    kMountedReadOnly};
// intel_iov_provisioning.c (e3240a7b): sched_priority and sched_if_idle refuse each other.
inline constexpr std::array kPriorityErrnos{
    Refusal{EINVAL, "no such priority", ""},
    Refusal{EIO,
            "the GPU's own priority and that of its VFs can't both be above low",
            "raise one of them alone"},
    kNotTaken,
    kBadAnswer,
    kGone,
    kForRootAlone,
    kMountedReadOnly};
// i915_sriov_sysfs.c and i915_sriov.c:i915_sriov_pf_set_auto_provisioning (e3240a7b).
inline constexpr std::array kAutoErrnos{Refusal{EINVAL, "not a yes or no", ""},
                                        Refusal{ESTALE,
                                                "a VF has something that was given to it by hand",
                                                "set all quotas of all VFs to 0 first"},
                                        kGone,
                                        kForRootAlone,
                                        kMountedReadOnly};

/// "SR-IOV PF" where it makes VFs.
inline constexpr Attr kMode{.pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/mode",
                            .name = "mode",
                            .source = kSource};
/// A GT's folder of the PF: whether there is one tells which GTs there are.
inline constexpr Attr kGts{.pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/pf",
                           .name = "folders of GTs",
                           .source = kSource};
/// 1: the driver shares everything out when VFs come, and takes it back when they go.
inline constexpr Attr kAuto{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/pf/auto_provisioning",
    .name = "automatic provisioning",
    .errnos = kAutoErrnos,
    .source = kSource};

/// 0, 1, 2 as low, normal, high.
Setting spell_priority(std::string_view text);
/// sched_if_idle: 1 gives a VF its slice also while it has nothing to do, which is "normal".
Setting spell_strict(std::string_view text);

inline constexpr Attr kVram{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/vf{vf1}/gt/lmem_quota",
    .name = "vram",
    .errnos = kQuotaErrnos,
    .source = kSource};
inline constexpr Attr kGgtt{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/vf{vf1}/gt/ggtt_quota",
    .name = "ggtt",
    .errnos = kQuotaErrnos,
    .source = kSource};
inline constexpr Attr kContexts{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/vf{vf1}/gt/contexts_quota",
    .name = "contexts",
    .errnos = kQuotaErrnos,
    .source = kSource};
inline constexpr Attr kDoorbells{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/vf{vf1}/gt/doorbells_quota",
    .name = "doorbells",
    .errnos = kQuotaErrnos,
    .source = kSource};
inline constexpr Attr kExecQuantum{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/vf{vf1}/gt/exec_quantum_ms",
    .name = "exec_quantum",
    .unit = 1000,
    .zero_is_infinite = true,
    .errnos = kScheduleErrnos,
    .source = kSource};
inline constexpr Attr kPreemptTimeout{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/vf{vf1}/gt/preempt_timeout_us",
    .name = "preempt_timeout",
    .zero_is_infinite = true,
    .errnos = kScheduleErrnos,
    .source = kSource};
inline constexpr Attr kPfExecQuantum{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/pf/gt/exec_quantum_ms",
    .name = "exec_quantum",
    .unit = 1000,
    .zero_is_infinite = true,
    .errnos = kScheduleErrnos,
    .source = kSource};
inline constexpr Attr kPfPreemptTimeout{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/pf/gt/preempt_timeout_us",
    .name = "preempt_timeout",
    .zero_is_infinite = true,
    .errnos = kScheduleErrnos,
    .source = kSource};
inline constexpr Attr kReserve{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/pf/gt/lmem_spare",
    .name = "reserve_vram",
    .errnos = kSpareErrnos,
    .source = kSource};
inline constexpr Attr kPfPriority{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/pf/gt/sched_priority",
    .name = "priority",
    .errnos = kPriorityErrnos,
    .source = kSource,
    .spelled = spell_priority};
inline constexpr Attr kStrict{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/pf/gt/policies/sched_if_idle",
    .name = "priority of all VFs",
    .errnos = kPriorityErrnos,
    .source = kSource,
    .spelled = spell_strict};
inline constexpr Attr kVram0{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/vf{vf1}/gt0/lmem_quota",
    .name = "vram",
    .errnos = kQuotaErrnos,
    .source = kSource,
    .is_part = true};
inline constexpr Attr kGgtt0{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/vf{vf1}/gt0/ggtt_quota",
    .name = "ggtt",
    .errnos = kQuotaErrnos,
    .source = kSource};
inline constexpr Attr kContexts0{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/vf{vf1}/gt0/contexts_quota",
    .name = "contexts",
    .errnos = kQuotaErrnos,
    .source = kSource};
inline constexpr Attr kDoorbells0{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/vf{vf1}/gt0/doorbells_quota",
    .name = "doorbells",
    .errnos = kQuotaErrnos,
    .source = kSource};
inline constexpr Attr kExecQuantum0{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/vf{vf1}/gt0/exec_quantum_ms",
    .name = "exec_quantum",
    .unit = 1000,
    .zero_is_infinite = true,
    .errnos = kScheduleErrnos,
    .source = kSource};
inline constexpr Attr kPreemptTimeout0{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/vf{vf1}/gt0/preempt_timeout_us",
    .name = "preempt_timeout",
    .zero_is_infinite = true,
    .errnos = kScheduleErrnos,
    .source = kSource};
inline constexpr Attr kPfExecQuantum0{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/pf/gt0/exec_quantum_ms",
    .name = "exec_quantum",
    .unit = 1000,
    .zero_is_infinite = true,
    .errnos = kScheduleErrnos,
    .source = kSource};
inline constexpr Attr kPfPreemptTimeout0{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/pf/gt0/preempt_timeout_us",
    .name = "preempt_timeout",
    .zero_is_infinite = true,
    .errnos = kScheduleErrnos,
    .source = kSource};
inline constexpr Attr kReserve0{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/pf/gt0/lmem_spare",
    .name = "reserve_vram",
    .errnos = kSpareErrnos,
    .source = kSource,
    .is_part = true};
inline constexpr Attr kPfPriority0{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/pf/gt0/sched_priority",
    .name = "priority",
    .errnos = kPriorityErrnos,
    .source = kSource,
    .spelled = spell_priority};
inline constexpr Attr kStrict0{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/pf/gt0/policies/sched_if_idle",
    .name = "priority of all VFs",
    .errnos = kPriorityErrnos,
    .source = kSource,
    .spelled = spell_strict};
inline constexpr Attr kVram1{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/vf{vf1}/gt1/lmem_quota",
    .name = "vram",
    .errnos = kQuotaErrnos,
    .source = kSource,
    .is_part = true};
inline constexpr Attr kGgtt1{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/vf{vf1}/gt1/ggtt_quota",
    .name = "ggtt of gt1",
    .errnos = kQuotaErrnos,
    .source = kSource};
inline constexpr Attr kContexts1{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/vf{vf1}/gt1/contexts_quota",
    .name = "contexts of gt1",
    .errnos = kQuotaErrnos,
    .source = kSource};
inline constexpr Attr kDoorbells1{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/vf{vf1}/gt1/doorbells_quota",
    .name = "doorbells of gt1",
    .errnos = kQuotaErrnos,
    .source = kSource};
inline constexpr Attr kExecQuantum1{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/vf{vf1}/gt1/exec_quantum_ms",
    .name = "exec_quantum of gt1",
    .unit = 1000,
    .zero_is_infinite = true,
    .errnos = kScheduleErrnos,
    .source = kSource};
inline constexpr Attr kPreemptTimeout1{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/vf{vf1}/gt1/preempt_timeout_us",
    .name = "preempt_timeout of gt1",
    .zero_is_infinite = true,
    .errnos = kScheduleErrnos,
    .source = kSource};
inline constexpr Attr kPfExecQuantum1{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/pf/gt1/exec_quantum_ms",
    .name = "exec_quantum of gt1",
    .unit = 1000,
    .zero_is_infinite = true,
    .errnos = kScheduleErrnos,
    .source = kSource};
inline constexpr Attr kPfPreemptTimeout1{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/pf/gt1/preempt_timeout_us",
    .name = "preempt_timeout of gt1",
    .zero_is_infinite = true,
    .errnos = kScheduleErrnos,
    .source = kSource};
inline constexpr Attr kReserve1{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/pf/gt1/lmem_spare",
    .name = "reserve_vram",
    .errnos = kSpareErrnos,
    .source = kSource,
    .is_part = true};
inline constexpr Attr kPfPriority1{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/pf/gt1/sched_priority",
    .name = "priority of gt1",
    .errnos = kPriorityErrnos,
    .source = kSource,
    .spelled = spell_priority};
inline constexpr Attr kStrict1{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/pf/gt1/policies/sched_if_idle",
    .name = "priority of all VFs of gt1",
    .errnos = kPriorityErrnos,
    .source = kSource,
    .spelled = spell_strict};

// What is left of it: intel_iov_provisioning.c (0d387fbd), pf_get_free_ggtt, pf_get_ctxs_free and
// pf_query_free_lmem. Of GGTT and contexts the PF's spare is not counted, of VRAM it is.
inline constexpr Attr kGgttLeft{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/pf/gt/available/ggtt_free",
    .name = "GGTT that is left",
    .source = kSource};
inline constexpr Attr kContextsLeft{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/pf/gt/available/contexts_free",
    .name = "contexts that are left",
    .source = kSource};
inline constexpr Attr kVramLeft{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/pf/gt/available/lmem_free",
    .name = "VRAM that is left",
    .source = kSource};
inline constexpr Attr kGgttLeft0{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/pf/gt0/available/ggtt_free",
    .name = "GGTT that is left",
    .source = kSource};
inline constexpr Attr kContextsLeft0{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/pf/gt0/available/contexts_free",
    .name = "contexts that are left",
    .source = kSource};
inline constexpr Attr kVramLeft0{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/pf/gt0/available/lmem_free",
    .name = "VRAM that is left",
    .source = kSource};
inline constexpr Attr kGgttLeft1{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/pf/gt1/available/ggtt_free",
    .name = "GGTT that is left",
    .source = kSource};
inline constexpr Attr kContextsLeft1{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/pf/gt1/available/contexts_free",
    .name = "contexts that are left",
    .source = kSource};
inline constexpr Attr kVramLeft1{
    .pattern = "bus/pci/devices/{gpu}/drm/{name}/prelim_iov/pf/gt1/available/lmem_free",
    .name = "VRAM that is left",
    .source = kSource};

inline constexpr std::array kAttrs{kMode,
                                   kGts,
                                   kAuto,
                                   kVram,
                                   kGgtt,
                                   kContexts,
                                   kDoorbells,
                                   kExecQuantum,
                                   kPreemptTimeout,
                                   kPfExecQuantum,
                                   kPfPreemptTimeout,
                                   kReserve,
                                   kPfPriority,
                                   kStrict,
                                   kVram0,
                                   kGgtt0,
                                   kContexts0,
                                   kDoorbells0,
                                   kExecQuantum0,
                                   kPreemptTimeout0,
                                   kPfExecQuantum0,
                                   kPfPreemptTimeout0,
                                   kReserve0,
                                   kPfPriority0,
                                   kStrict0,
                                   kVram1,
                                   kGgtt1,
                                   kContexts1,
                                   kDoorbells1,
                                   kExecQuantum1,
                                   kPreemptTimeout1,
                                   kPfExecQuantum1,
                                   kPfPreemptTimeout1,
                                   kReserve1,
                                   kPfPriority1,
                                   kStrict1,
                                   kGgttLeft,
                                   kContextsLeft,
                                   kVramLeft,
                                   kGgttLeft0,
                                   kContextsLeft0,
                                   kVramLeft0,
                                   kGgttLeft1,
                                   kContextsLeft1,
                                   kVramLeft1};

// intel_iov_provisioning.c (0d387fbd): what there is on a GT, the least that stays the PF's, and in
// what it is counted.
inline constexpr std::uint64_t kMostContexts = 65'535;
inline constexpr std::uint64_t kContextGranule = 128;
inline constexpr std::uint64_t kMostDoorbells = 256;
inline constexpr std::uint64_t kGgttTop = 0xFEE0'0000;
inline constexpr std::uint64_t kSpareGgtt = 64ULL << 20U;
inline constexpr std::uint64_t kGgttGranule = 64ULL << 10U;
inline constexpr std::uint64_t kVramGranule = 2ULL << 20U;
// The files take 32 bits of milliseconds and of microseconds.
inline constexpr std::uint64_t kShortestQuantumUs = 1000;
inline constexpr std::uint64_t kLongestUs = 0xFFFF'FFFF;

}  // namespace vfmgr::intel_i915
