// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/attr.hpp"

#include <array>
#include <string_view>

// Registers of AMD's GPUs that may be read through BAR 5, which has them all; none is written.
// Drivers count in dwords: their 0xde5 is 0x3794 here. Never to be touched: the mailbox of PF and
// VF (Tonga: 0x5318 to 0x5344) and what switches VFs' access (dwords 0xe44 to 0xe46); both are the
// host driver's.
namespace vfmgr::amd {

inline constexpr std::string_view kVirt = "Linux drivers/gpu/drm/amd/amdgpu/amdgpu_virt.c";

// mmBIF_IOV_FUNC_IDENTIFIER 0x1503 (include/asic_reg/bif/bif_5_0_d.h).
inline constexpr Attr kIdentifierTonga{.in = In::mmio,
                                       .pattern = "{gpu}/5/0000540c",
                                       .name = "BIF_IOV_FUNC_IDENTIFIER",
                                       .source = kVirt};
// mmCONFIG_MEMSIZE 0x150a (the same header); in MiB (vi.c:vi_get_config_memsize, and
// gmc_v8_0.c:gmc_v8_0_mc_init, which shifts it by 20).
inline constexpr Attr kMemorySizeTonga{.in = In::mmio,
                                       .pattern = "{gpu}/5/00005428",
                                       .name = "CONFIG_MEMSIZE",
                                       .source = "Linux drivers/gpu/drm/amd/amdgpu/vi.c"};
// mmRCC_CONFIG_MEMSIZE 0xde3 (amdgpu_discovery.c reads it before it knows which chip it is); in
// MiB, too.
inline constexpr Attr kMemorySize{.in = In::mmio,
                                  .pattern = "{gpu}/5/0000378c",
                                  .name = "RCC_CONFIG_MEMSIZE",
                                  .source = "Linux drivers/gpu/drm/amd/amdgpu/amdgpu_discovery.c"};
// mmRCC_IOV_FUNC_IDENTIFIER 0xde5 (amdgpu_virt.h: "all asic after AI use this offset").
inline constexpr Attr kIdentifier{.in = In::mmio,
                                  .pattern = "{gpu}/5/00003794",
                                  .name = "RCC_IOV_FUNC_IDENTIFIER",
                                  .source = kVirt};
// include/asic_reg/nbio/nbio_7_9_0_offset.h: regBIF_BX_PF0_PARTITION_COMPUTE_CAP 0x161, the next
// three behind it, all with BASE_IDX 2, which is dword 0xd20 on these GPUs.
inline constexpr std::string_view kNbio79 = "Linux drivers/gpu/drm/amd/amdgpu/nbio_v7_9.c";
inline constexpr Attr kComputeModes{.in = In::mmio,
                                    .pattern = "{gpu}/5/00003a04",
                                    .name = "PARTITION_COMPUTE_CAP",
                                    .source = kNbio79};
inline constexpr Attr kMemoryModes{
    .in = In::mmio, .pattern = "{gpu}/5/00003a08", .name = "PARTITION_MEM_CAP", .source = kNbio79};
inline constexpr Attr kComputeMode{.in = In::mmio,
                                   .pattern = "{gpu}/5/00003a0c",
                                   .name = "PARTITION_COMPUTE_STATUS",
                                   .source = kNbio79};
inline constexpr Attr kMemoryMode{.in = In::mmio,
                                  .pattern = "{gpu}/5/00003a10",
                                  .name = "PARTITION_MEM_STATUS",
                                  .source = kNbio79};

inline constexpr std::array kAttrs{kIdentifierTonga,
                                   kMemorySizeTonga,
                                   kMemorySize,
                                   kIdentifier,
                                   kComputeModes,
                                   kMemoryModes,
                                   kComputeMode,
                                   kMemoryMode};

}  // namespace vfmgr::amd
