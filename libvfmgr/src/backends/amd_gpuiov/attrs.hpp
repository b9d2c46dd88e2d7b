// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backends/amd_gpuiov/registers.hpp"
#include "core/attr.hpp"
#include "core/refusal.hpp"

#include <array>
#include <cerrno>
#include <string_view>

// GPUIOV, the vendor-specific capability by which AMD's GPUs are shared out, as dwords of
// configuration space. Their places are those of the sources; the backend looks whether the
// capability lies there before it names one of them.
namespace vfmgr::amd_gpuiov {

inline constexpr std::string_view kSourceA =
    "GPUOpen-LibrariesAndSDKs/MxGPU-Virtualization drv/gim_pci.h, gim_gpuiov.c, gim_fb.c (b76d47a)";
inline constexpr std::string_view kSourceB =
    "amd/MxGPU-Virtualization libgv/core/hw/AI/mi300/mi300_gpuiov.h, navi32_gpuiov.h (695afe2)";

// drivers/pci/pci-sysfs.c:pci_write_config (6.1 to 7.2): LOCKDOWN_PCI_ACCESS; what the function
// itself makes of a write is no error.
inline constexpr std::array kDwordErrnos{
    Refusal{EPERM,
            "the kernel is locked down, so configuration space can't be written",
            "Secure Boot turns that on; it stays until the next boot"},
    kGone,
    kForRootAlone,
    kMountedReadOnly};

/// SIZE 1 (256 KiB a function), in the framebuffer, OFFSET behind the PF's: where contexts of
/// functions are saved when it is another's turn.
inline constexpr Attr kContextA{.in = In::config,
                                .pattern = "{gpu}/420",
                                .name = "context area",
                                .errnos = kDwordErrnos,
                                .source = kSourceA};
/// TOTAL_FB_AVAILABLE, which only reads, and TOTAL_FB_CONSUMED: what is not the PF's. In MiB.
inline constexpr Attr kTotalsA{.in = In::config,
                               .pattern = "{gpu}/424",
                               .name = "reserve_vram",
                               .errnos = kDwordErrnos,
                               .source = kSourceA,
                               .spelled = reserved_in};
/// VFn_FB_SIZE and VFn_FB_OFFSET. What writes one half of it is ignored in the other
/// (gim_pci_config.c), so it is written as one.
inline constexpr Attr kFramebufferA{.in = In::config,
                                    .pattern = "{gpu}/{vf@42c-468}",
                                    .name = "vram",
                                    .errnos = kDwordErrnos,
                                    .source = kSourceA,
                                    .spelled = size_in_a};
inline constexpr Attr kTotalsB{.in = In::config,
                               .pattern = "{gpu}/728",
                               .name = "reserve_vram",
                               .errnos = kDwordErrnos,
                               .source = kSourceB,
                               .spelled = reserved_in};
inline constexpr Attr kFramebufferB{.in = In::config,
                                    .pattern = "{gpu}/{vf@738-7b0}",
                                    .name = "vram",
                                    .errnos = kDwordErrnos,
                                    .source = kSourceB,
                                    .spelled = size_in_b};

inline constexpr std::array kAttrs{kContextA, kTotalsA, kFramebufferA, kTotalsB, kFramebufferB};

/// Where the sources have the capability, which the patterns above go by.
inline constexpr std::uint16_t kCapabilityA = 0x400;  // drv/gim_pci_config.c
inline constexpr std::uint16_t kCapabilityB = 0x700;  // libgv/core/hw/AI/mi300

}  // namespace vfmgr::amd_gpuiov
