// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/setting.hpp"

#include "core/attr.hpp"

#include <array>
#include <cerrno>
#include <string_view>

// What a GPU has under NVIDIA's vGPU host driver, whichever way that offers its VFs. "OGKM" is
// NVIDIA's open-gpu-kernel-modules 595.45.04; the half that shows the VFs' own files is not in it.
namespace vfmgr::nvidia {

/// The driver itself, and the kernel's own that makes VFs in its place.
inline constexpr std::string_view kHome = "nvidia";
inline constexpr std::string_view kStub = "pci-pf-stub";
/// The other half of the vGPU host driver; a driver for displays and computing alone lacks it.
inline constexpr std::string_view kVgpuHalf = "nvidia_vgpu_vfio";

// OGKM kernel-open/nvidia/nv-procfs.c, nv_procfs_close_unbind_lock: acts when the file is closed,
// which tells no error; nv_procfs_write_file: EINVAL, ENOMEM, EFAULT.
inline constexpr std::array kLockErrnos{Refusal{EINVAL, "not a number", ""},
                                        kNoMemory,
                                        Refusal{EFAULT, "the driver could not read it", ""},
                                        kForRootAlone,
                                        kMountedReadOnly};
// errno_of_nvml() in kernel/nvml*.cpp names the NVML code behind each (go-nvml gen/nvml/nvml.h,
// nvmlReturn_enum).
inline constexpr std::array kNvmlErrnos{
    Refusal{EOPNOTSUPP, "this GPU or its driver does not offer it", "leave it out of the profile"},
    Refusal{EPERM, "NVML lets only root do this", "run it as root"},
    Refusal{ENODEV,
            "NVML does not find it: the GPU is lost, or the instance is gone",
            "dmesg has an Xid where a GPU is lost; else plan again"},
    Refusal{EBUSY,
            "something on the GPU is in use: a vGPU, an instance, or a program that computes",
            "stop what uses it first; nvidia-smi names it"},
    Refusal{ENOSPC,
            "the GPU has no room for this instance beside the others",
            "`vgpuctl show` tells what still fits"},
    Refusal{EAGAIN,
            "the GPU is not ready, or takes it only after it was reset",
            "run it again in some seconds, or reset it: nvidia-smi --gpu-reset"},
    Refusal{ENXIO, "NVIDIA's driver is not loaded", "load it: modprobe nvidia"},
    Refusal{EINVAL, "NVML does not take this value", ""},
    Refusal{EIO, "NVML failed for a reason that it does not tell", "dmesg may have it"}};
// A program's exit status is no errno: execve(2)'s, and EIO for one that ended badly.
inline constexpr std::array kToolErrnos{
    Refusal{EIO, "it ended badly", "dmesg has what the driver said"},
    Refusal{EACCES, "it may not be run", "run vgpuctl as root; is the file executable?"},
    Refusal{ENOENT, "it, or the shell that it is written for, is not installed", ""},
    Refusal{ENOEXEC, "it is no program", "install the vGPU host driver anew"},
    kNoMemory};

inline constexpr std::string_view kProcSource = "OGKM kernel-open/nvidia/nv-procfs.c";
inline constexpr std::string_view kNvmlSource = "NVML, by NVIDIA/go-nvml gen/nvml/nvml.h";

inline constexpr Attr kProcFolder{.in = In::proc,
                                  .pattern = "driver/nvidia/gpus/{gpu}",
                                  .name = "driver's folder",
                                  .source = kProcSource};
/// "1": nobody else can open the GPU, so its driver can be taken from it without harm.
inline constexpr Attr kLock{.in = In::proc,
                            .pattern = "driver/nvidia/gpus/{gpu}/unbindLock",
                            .name = "unbindLock",
                            .errnos = kLockErrnos,
                            .source = kProcSource};
/// Has a line "Device Minor:", which names the GPU's node.
inline constexpr Attr kInformation{.in = In::proc,
                                   .pattern = "driver/nvidia/gpus/{gpu}/information",
                                   .name = "information",
                                   .source = kProcSource};
inline constexpr Attr kVgpuModule{.pattern = "module/nvidia_vgpu_vfio",
                                  .name = "vGPU half of the driver",
                                  .source = "Linux ABI/stable/sysfs-module"};
/// There where that half was linked against the kernel's mdev core: then it offers its types so.
inline constexpr Attr kUsesMdev{.as = As::link,
                                .pattern = "module/mdev/holders/nvidia_vgpu_vfio",
                                .name = "use of mdev",
                                .source = "Linux kernel/module/sysfs.c: add_usage_links"};
/// NVIDIA's own helper: "-e ADDRESS" makes all VFs, "-d ADDRESS" removes them.
inline constexpr Attr kTool{.in = In::program,
                            .pattern = "usr/lib/nvidia/sriov-manage",
                            .name = "sriov-manage",
                            .errnos = kToolErrnos,
                            .source = "NVIDIA vGPU 17 user guide 2.10.2"};

/// "off", or the instances by their places.
Setting spell_layout(std::string_view text);
Setting spell_switch(std::string_view text);

inline constexpr Attr kMig{.in = In::nvml,
                           .pattern = "{gpu}/mig",
                           .name = "mig",
                           .errnos = kNvmlErrnos,
                           .source = kNvmlSource,
                           .spelled = spell_layout};
inline constexpr Attr kMixed{.in = In::nvml,
                             .pattern = "{gpu}/heterogeneous",
                             .name = "heterogeneous",
                             .errnos = kNvmlErrnos,
                             .source = kNvmlSource,
                             .spelled = spell_switch};
/// Lines of "ID NAME": all types that this GPU can have, taken or not.
inline constexpr Attr kNvmlTypes{
    .in = In::nvml, .pattern = "{gpu}/vgpu_types", .name = "vGPU types", .source = kNvmlSource};
/// Lines of "ID NAME MOST SIZE:START,START,…".
inline constexpr Attr kProfiles{
    .in = In::nvml, .pattern = "{gpu}/mig_profiles", .name = "MIG profiles", .source = kNvmlSource};
/// Lines of "ID START": the driver's own numbers of the instances that are there.
inline constexpr Attr kInstanceIds{.in = In::nvml,
                                   .pattern = "{gpu}/instance_ids",
                                   .name = "MIG instance ids",
                                   .source = kNvmlSource};

// Registers that may be read through BAR 0; none is written. OGKM
// src/common/inc/swref/published/nv_ref.h: "Standard registers present on NVIDIA chips used to ID
// the chip. Very stable across generations."
inline constexpr std::string_view kNvRef = "OGKM src/common/inc/swref/published/nv_ref.h";
inline constexpr Attr kBoot0{
    .in = In::mmio, .pattern = "{gpu}/0/00000000", .name = "PMC_BOOT_0", .source = kNvRef};
inline constexpr Attr kBoot1{
    .in = In::mmio, .pattern = "{gpu}/0/00000004", .name = "PMC_BOOT_1", .source = kNvRef};
inline constexpr Attr kBoot42{
    .in = In::mmio, .pattern = "{gpu}/0/00000a00", .name = "PMC_BOOT_42", .source = kNvRef};
// Of GA100 alone; their names are mig-parted's. It writes the last one; here NVML does that.
inline constexpr std::string_view kMigParted = "NVIDIA/mig-parted pkg/mig/mode/pci.go";
inline constexpr Attr kMigModeCheck{
    .in = In::mmio, .pattern = "{gpu}/0/00001404", .name = "MigModeCheckReg", .source = kMigParted};
inline constexpr Attr kBootComplete{
    .in = In::mmio, .pattern = "{gpu}/0/00118234", .name = "BootCompleteReg", .source = kMigParted};
inline constexpr Attr kMigModeSet{
    .in = In::mmio, .pattern = "{gpu}/0/00118f78", .name = "MigModeSetReg", .source = kMigParted};

/// For the attrs.hpp of both backends to take in, but for the registers, which are looked at
/// whichever driver the GPU is on.
inline constexpr std::array kAttrs{kProcFolder,
                                   kLock,
                                   kInformation,
                                   kVgpuModule,
                                   kUsesMdev,
                                   kTool,
                                   kMig,
                                   kMixed,
                                   kNvmlTypes,
                                   kProfiles,
                                   kInstanceIds,
                                   kBoot0,
                                   kBoot1,
                                   kBoot42,
                                   kMigModeCheck,
                                   kBootComplete,
                                   kMigModeSet};

}  // namespace vfmgr::nvidia
