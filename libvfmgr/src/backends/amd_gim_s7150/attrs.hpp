// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/setting.hpp"
#include "vfmgr/units.hpp"

#include "backends/amd_gim/attrs.hpp"
#include "backends/amd_gim_s7150/answers.hpp"
#include "backends/amd_gim_s7150/framebuffer.hpp"
#include "core/attr.hpp"
#include "core/refusal.hpp"

#include <array>
#include <cerrno>
#include <string_view>

// AMD's first host driver, for FirePro S7150, which is named `gim` as the later one is. Sources:
// GPUOpen-LibrariesAndSDKs/MxGPU-Virtualization at b76d47a: drv/gim_monitor.c, gim_monitor_ioctl.c,
// gim_fb.c, gim_gpuiov.c, gim_pci.h, gim_config.c.
namespace vfmgr::amd_gim_s7150 {

inline constexpr std::string_view kSource =
    "GPUOpen-LibrariesAndSDKs/MxGPU-Virtualization drv/gim_monitor.c (b76d47a)";
inline constexpr std::string_view kRegisterSource =
    "GPUOpen-LibrariesAndSDKs/MxGPU-Virtualization drv/gim_pci.h, gim_gpuiov.c (b76d47a)";

// Module, its parameter and the file are called as the later gim's.
using amd_gim::kDriver;
using amd_gim::kGimConfig;
using amd_gim::kModule;
using amd_gim::kVfNum;

// gim_monitor.c:amdgim_do_getvf, amdgim_do_relvf, by what they answer (answers.hpp): the store
// itself takes whatever it is given.
inline constexpr std::array kDealErrnos{
    Refusal{EBUSY,
            "a VM runs on a VF of this GPU, or VFs were given out in another way",
            "stop the VMs of this GPU; what somebody else gave out is taken back with 'relvf'"},
    Refusal{ENOSPC, "this GPU has no such stretch of memory left", "ask for less"},
    Refusal{EINVAL, "outside of what the driver takes", ""},
    Refusal{EIO, "the driver did not do it", "dmesg has what it said"},
    kGone,
    kForRootAlone,
    kMountedReadOnly};

/// What a VF has: its size and where it lies (VFn_FB_SIZE and VFn_FB_OFFSET, written together).
inline constexpr Attr kFramebuffer{.as = As::vsec,
                                   .pattern = "bus/pci/devices/{gpu}/config/2/0x2c/{vf}",
                                   .name = "vram",
                                   .source = kRegisterSource,
                                   .slow_read = true,
                                   .spelled = spelled_size};
/// TOTAL_FB_AVAILABLE and, above it, TOTAL_FB_CONSUMED, which the driver writes: without the PF's.
inline constexpr Attr kTotals{.as = As::vsec,
                              .pattern = "bus/pci/devices/{gpu}/config/2/0x24/0",
                              .name = "total_fb",
                              .source = kRegisterSource,
                              .slow_read = true};
/// The window of the PF's BAR 0, which is the least that the PF has: pci-sysfs.c:resource_show.
inline constexpr Attr kBarBegin{.as = As::row,
                                .pattern = "bus/pci/devices/{gpu}/resource/@1.1",
                                .name = "bar0_begin",
                                .source = "Linux drivers/pci/pci-sysfs.c:resource_show"};
inline constexpr Attr kBarEnd{.as = As::row,
                              .pattern = "bus/pci/devices/{gpu}/resource/@1.2",
                              .name = "bar0_end",
                              .source = "Linux drivers/pci/pci-sysfs.c:resource_show"};
/// Written "OFFSET SIZE DIVIDER": the first VF that has nothing is given that. A store keeps the
/// lock of all these files until the answer is read
/// (gim_monitor_ioctl.c:amdgim_mutex_start_timeout).
inline constexpr Attr kGetVf{.pattern = "bus/pci/devices/{gpu}/getvf",
                             .name = "vram",
                             .errnos = kDealErrnos,
                             .source = kSource,
                             .errno_in = errno_of_getvf};
/// Written a VF's address: it has again what the driver gave it when it was loaded.
inline constexpr Attr kRelVf{.pattern = "bus/pci/devices/{gpu}/relvf",
                             .name = "vram",
                             .errnos = kDealErrnos,
                             .source = kSource,
                             .errno_in = errno_of_relvf};

inline constexpr std::array kAttrs{
    kVfNum, kGimConfig, kFramebuffer, kTotals, kBarBegin, kBarEnd, kGetVf, kRelVf};

/// Who finds the lock taken waits until more than three whole seconds have passed
/// (gim_monitor_ioctl.c:AMDGIM_LOCK_TIMEOUT_S).
inline constexpr Milliseconds kDealLimit{20'000};

}  // namespace vfmgr::amd_gim_s7150
