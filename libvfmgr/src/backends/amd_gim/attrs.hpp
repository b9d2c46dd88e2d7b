// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include "core/attr.hpp"
#include "core/refusal.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <string_view>

// AMD's host driver for Instinct and Radeon PRO, `gim`. Sources: amd/MxGPU-Virtualization at
// 695afe2 (GIM 8.0.0.K): gim_shim/gim_config.c, gim_drv.c, sysfs/gim_monitor.c,
// sysfs/gim_debugfs.c.
namespace vfmgr::amd_gim {

inline constexpr std::string_view kSource =
    "amd/MxGPU-Virtualization gim_shim/sysfs/gim_monitor.c (695afe2)";
inline constexpr std::string_view kDebugSource =
    "amd/MxGPU-Virtualization gim_shim/sysfs/gim_debugfs.c (695afe2)";
inline constexpr std::string_view kDriver = "gim";
inline constexpr std::string_view kModule = "gim";

// rename(2), fsync(2), open(2): what putting a file in the place of another can end with.
inline constexpr std::array kConfigErrnos{
    kForRootAlone,
    kMountedReadOnly,
    Refusal{ENOSPC, "the file system of /etc is full", "make room there"},
    Refusal{EDQUOT, "the file system of /etc has a quota, which is used up", "make room there"},
    Refusal{EIO, "the disk did not take it", "dmesg has what it said"}};
// gim_monitor.c: only what can't be parsed is an error; what the GPU then does not do is not.
inline constexpr std::array kStoreErrnos{
    Refusal{EINVAL, "the driver knows no such mode", ""}, kGone, kForRootAlone, kMountedReadOnly};
// gim_debugfs.c: EFAULT is whatever the GPU refused.
inline constexpr std::array kShareErrnos{
    Refusal{EINVAL, "outside of what the driver takes", ""},
    Refusal{EFAULT,
            "the GPU refused it: the VF runs, or there is not as much left",
            "stop the VM that uses the VF, or ask for less"},
    kGone,
    kForRootAlone};

// smi_drv_cmd.c:smi_convert_ret_value; what the library has to say beside it is
// kernel/amdsmi.hpp's.
inline constexpr std::array kCountErrnos{
    Refusal{EBUSY,
            "a VF of the GPU runs, or the GPU is busy",
            "stop the VM that uses the VF, or try again"},
    Refusal{EINVAL,
            "the driver did not make so many VFs",
            "the kernel's log has what the driver said of it"},
    Refusal{EAGAIN, "the driver is at work on the GPU", "try again"},
    Refusal{EOPNOTSUPP,
            "this driver does not take a count while it runs",
            "where the library of that driver's release is installed, it may"},
    Refusal{EIO, "the driver failed", "the kernel's log has what the driver said of it"},
    kGone,
    kForRootAlone};

/// The parameter that the module was loaded with: named here, the door tells it with the module. As
/// many numbers as were given, none where it was not.
inline constexpr Attr kVfNum{.pattern = "module/gim/parameters/vf_num",
                             .name = "vf_num",
                             .source = "amd/MxGPU-Virtualization gim_shim/gim_config.c (695afe2)"};
/// What the driver reads when it is loaded, and writes then and whenever a partition mode was set.
inline constexpr Attr kGimConfig{
    .in = In::etc,
    .pattern = "gim_config",
    .name = "gim_config",
    .errnos = kConfigErrnos,
    .source = "amd/MxGPU-Virtualization gim_shim/gim_config.c (695afe2)"};

/// What modprobe would load; absent: none is installed.
inline constexpr Attr kModuleFile{.in = In::module,
                                  .pattern = "gim/file",
                                  .name = "module file",
                                  .source = "depmod(8), modules.dep"};

/// Written "NPS4"; read several lines.
inline constexpr Attr kMemoryMode{.pattern = "bus/pci/devices/{gpu}/memory_partition_mode",
                                  .name = "memory_partition",
                                  .errnos = kStoreErrnos,
                                  .source = kSource};
/// Of these the first, "memory_partition_mode: NPS4".
inline constexpr Attr kMemoryModeNow{
    .as = As::row,
    .pattern = "bus/pci/devices/{gpu}/memory_partition_mode/memory_partition_mode",
    .name = "memory_partition",
    .source = kSource};
/// Written an index, which means another profile with another count of VFs: found by its type among
/// …
inline constexpr Attr kProfile{.pattern = "bus/pci/devices/{gpu}/accelerator_partition_profile",
                               .name = "compute_partition",
                               .errnos = kStoreErrnos,
                               .source = kSource};
/// … these lines, "3    CPX    8    NPS1 NPS4    5    [[…".
inline constexpr Attr kProfiles{
    .pattern = "bus/pci/devices/{gpu}/accelerator_partition_profile_config",
    .name = "profiles",
    .source = kSource};
/// Read a line of headings and one of what there is, "3    CPX    8    5    [[…": its type. (How
/// many VFs there are is what spatial_partition_mode tells, however the dies are grouped:
/// mi300_sched.c.)
inline constexpr Attr kComputeModeNow{
    .as = As::row,
    .pattern = "bus/pci/devices/{gpu}/accelerator_partition_profile/@2.2",
    .name = "compute_partition",
    .source = kSource};

/// Written "VF,US".
inline constexpr Attr kSlices{.in = In::debug,
                              .pattern = "gim/{gpu}/asymmetric_timeslice",
                              .name = "exec_quantum",
                              .errnos = kShareErrnos,
                              .source = kDebugSource};
/// "VF3<TAB> Inactive<TAB> timeslice = 6000 us"
inline constexpr Attr kSliceNow{.in = In::debug,
                                .as = As::row,
                                .pattern = "gim/{gpu}/asymmetric_timeslice/VF{vf}",
                                .name = "exec_quantum",
                                .source = kDebugSource};
/// Written "VF,MIB".
inline constexpr Attr kFramebuffers{.in = In::debug,
                                    .pattern = "gim/{gpu}/asymmetric_fb",
                                    .name = "vram",
                                    .errnos = kShareErrnos,
                                    .source = kDebugSource};
/// "VF3 - inactive - 2048MB" (libgv/core/amdgv_vfmgr.c).
inline constexpr Attr kFramebufferNow{.in = In::debug,
                                      .as = As::row,
                                      .pattern = "gim/{gpu}/asymmetric_fb/VF{vf}",
                                      .name = "vram",
                                      .unit = 1ULL << 20U,
                                      .source = kDebugSource};

/// "Free - None - 1024MB", the first of them: what no VF has.
inline constexpr Attr kFreeNow{.in = In::debug,
                               .as = As::row,
                               .pattern = "gim/{gpu}/asymmetric_fb/Free",
                               .name = "free memory",
                               .unit = 1ULL << 20U,
                               .source = kDebugSource};

/// How many VFs the driver has enabled; takes another number of them, from 1, while it is loaded.
/// Nothing keeps it: the file and the parameter stay as they are (libgv/core/amdgv_vfmgr.c:
/// amdgv_vfmgr_set_vf_num). Also the same number once more deals memory and time out anew.
inline constexpr Attr kRunTimeCount{.in = In::amdsmi,
                                    .pattern = "{gpu}/num_vf",
                                    .name = "num_vf",
                                    .errnos = kCountErrnos,
                                    .source =
                                        "amd/MxGPU-Virtualization smi-lib/interface/amdsmi.h, "
                                        "smi-lib/drv/core/smi_drv_cmd.c (695afe2)"};

/// What the GPU was brought up with, whatever has been made of it since …
inline constexpr Attr kInitConf{
    .in = In::debug, .pattern = "gim/{gpu}/init_conf", .name = "init_conf", .source = kDebugSource};
/// … of which the second line is "total_vf_num = 4" (gim_debugfs.c:init_conf_show).
inline constexpr Attr kLoadedCount{.in = In::debug,
                                   .as = As::row,
                                   .pattern = "gim/{gpu}/init_conf/@2.3",
                                   .name = "vfs it was loaded with",
                                   .source = kDebugSource};

/// Who has it open keeps the module (smi_core.c).
inline constexpr Attr kSmiNode{.in = In::dev,
                               .pattern = "gim-smi0",
                               .name = "SMI node",
                               .source = "amd/MxGPU-Virtualization gim_shim (695afe2)"};

inline constexpr std::array kAttrs{kVfNum,
                                   kGimConfig,
                                   kModuleFile,
                                   kMemoryMode,
                                   kMemoryModeNow,
                                   kProfile,
                                   kProfiles,
                                   kComputeModeNow,
                                   kSlices,
                                   kSliceNow,
                                   kFramebuffers,
                                   kFramebufferNow,
                                   kFreeNow,
                                   kRunTimeCount,
                                   kInitConf,
                                   kLoadedCount,
                                   kSmiNode};

/// A memory mode resets all GPUs of a hive (libgv/core/hw/AI/mi300/mi300_gpumon.c).
inline constexpr Milliseconds kResetLimit{60'000};
inline constexpr Milliseconds kShareLimit{5'000};
/// Its scheduler stops, and the kernel takes the VFs away and makes others: a second and more
/// (iov.c:sriov_disable). Behind a reset it waits (libgv/core/amdgv_api.c:amdgv_set_vf_number).
inline constexpr Milliseconds kCountLimit{60'000};

// gim_debugfs.c:asymmetric_timeslice_write; amdgv_vfmgr.c.
inline constexpr std::uint64_t kShortestSliceUs = 100;
inline constexpr std::uint64_t kLongestSliceUs = 1'000'000;
inline constexpr std::uint64_t kSliceStepUs = 100;
inline constexpr std::uint64_t kLeastFramebuffer = 2048ULL << 20U;
inline constexpr std::uint64_t kFramebufferStep = 16ULL << 20U;

}  // namespace vfmgr::amd_gim
