// SPDX-License-Identifier: Apache-2.0
#include "backends/amd/mapped.hpp"

#include "vfmgr/inventory.hpp"

#include "backends/amd/attrs.hpp"
#include "backends/amd/regs.hpp"
#include "backends/mapped.hpp"
#include "core/config_space/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace vfmgr::amd {

namespace {

using config_space::FieldSpec;
using mapped::flag;
using mapped::part;

/// Where registers lie, by the block that has them.
enum class Block { bif5, nbio, nbio79 };

struct Mapped {
  std::uint16_t id = 0;
  Block block = Block::nbio;
};

// Ids of PFs and VFs. By which chip they are: Linux drivers/gpu/drm/amd/amdgpu/amdgpu_drv.c
// (pciidlist) and pci.ids; V710 and the Instinct GPUs from MI300X on by
// amd/MxGPU-Virtualization libgv/core/amdgv_device.c. amdgpu_detect_virtualization reads the
// identifier of Tonga and Fiji at one place, of Vega 10, Vega 20, Navi 10, Navi 12, Sienna Cichlid,
// Arcturus, Aldebaran and whatever tells its blocks by IP discovery at another. Navi 22 (73ce) is
// not among them.
constexpr std::array kMapped{
    Mapped{0x6929, Block::bif5},    // FirePro S7150 (Tonga)
    Mapped{0x692f, Block::bif5},    // … its VFs
    Mapped{0x6860, Block::nbio},    // Instinct MI25 (Vega 10)
    Mapped{0x6864, Block::nbio},    // Radeon Pro V340
    Mapped{0x686c, Block::nbio},    // … VFs of both
    Mapped{0x7360, Block::nbio},    // Radeon Pro V520 and V540 (Navi 12)
    Mapped{0x7362, Block::nbio},    // … their VFs
    Mapped{0x73a1, Block::nbio},    // Radeon PRO V620 (Sienna Cichlid)
    Mapped{0x73ae, Block::nbio},    // … its VFs
    Mapped{0x738c, Block::nbio},    // Instinct MI100 (Arcturus)
    Mapped{0x738e, Block::nbio},    //
    Mapped{0x7408, Block::nbio},    // Instinct MI250X (Aldebaran)
    Mapped{0x740c, Block::nbio},    // Instinct MI250
    Mapped{0x740f, Block::nbio},    // Instinct MI210
    Mapped{0x7460, Block::nbio},    // Radeon PRO V710 (Navi 32)
    Mapped{0x7461, Block::nbio},    // … its VFs
    Mapped{0x75a0, Block::nbio},    // Instinct MI350X
    Mapped{0x75a3, Block::nbio},    // Instinct MI355X
    Mapped{0x75b0, Block::nbio},    // … VFs of both
    Mapped{0x75b3, Block::nbio},    //
    Mapped{0x74a1, Block::nbio79},  // Instinct MI300X
    Mapped{0x74a2, Block::nbio79},  // Instinct MI308X
    Mapped{0x74a5, Block::nbio79},  // Instinct MI325X
    Mapped{0x74a8, Block::nbio79},  // Instinct MI308X HF
    Mapped{0x74a9, Block::nbio79},  // Instinct MI300X HF
    // Registers of partitions are the PF's (BIF_BX_PF0): of VFs what all have.
    Mapped{0x74b5, Block::nbio},
    Mapped{0x74b6, Block::nbio},
    Mapped{0x74b9, Block::nbio},
    Mapped{0x74bc, Block::nbio},
    Mapped{0x74bd, Block::nbio},
};

// include/asic_reg/bif/bif_5_0_sh_mask.h; vi.c: "bit0: 0 means pf and 1 means vf", "bit31: 0 means
// disable IOV and 1 means enable".
constexpr std::array kIdentifierFields{flag("is_vf", 0), flag("iov_enable", 31)};

constexpr std::array kMemoryFields{FieldSpec{.name = "memory_size", .bytes = 4, .amount = in_mib}};

// include/asic_reg/nbio/nbio_7_9_0_sh_mask.h, and nbio_v7_9.c for what the numbers mean.
constexpr std::array kComputeModesFields{
    flag("spx", 0), flag("dpx", 1), flag("tpx", 2), flag("qpx", 3), flag("cpx", 4)};
constexpr std::array kMemoryModesFields{flag("nps1", 0),
                                        flag("nps2", 1),
                                        flag("nps3", 2),
                                        flag("nps4", 3),
                                        flag("nps6", 5),
                                        flag("nps8", 7)};

/// nbio_v7_9.c: "SPX=0, DPX=1, TPX=2, QPX=3, CPX=4".
std::string as_compute_mode(std::uint64_t raw) {
  constexpr std::array<std::string_view, 5> kModes{"SPX", "DPX", "TPX", "QPX", "CPX"};
  return raw < kModes.size() ? std::string(kModes.at(raw)) : fmt::format("unknown ({:#x})", raw);
}

/// nbio_v7_9_get_memory_partition_mode: NPS by its first bit that is set, counted from 1.
std::string as_memory_mode(std::uint64_t raw) {
  constexpr std::uint32_t kBits = 8;
  for (std::uint32_t bit = 0; bit < kBits; ++bit) {
    if ((raw >> bit & 1U) != 0) {
      return fmt::format("NPS{}", bit + 1);
    }
  }
  return "none";
}

constexpr std::array kComputeModeFields{part("compute_mode", 4, 4, as_compute_mode)};
constexpr std::array kMemoryModeFields{part("change", 0, 4, as_hex),
                                       part("memory_mode", 4, 8, as_memory_mode)};

constexpr std::array kBif5{
    MappedSpec{.attr = &kIdentifierTonga, .fields = kIdentifierFields},
    MappedSpec{.attr = &kMemorySizeTonga, .fields = kMemoryFields},
};
constexpr std::array kNbio{
    MappedSpec{.attr = &kMemorySize, .fields = kMemoryFields},
    MappedSpec{.attr = &kIdentifier, .fields = kIdentifierFields},
    MappedSpec{.attr = &kComputeModes, .fields = kComputeModesFields},
    MappedSpec{.attr = &kMemoryModes, .fields = kMemoryModesFields},
    MappedSpec{.attr = &kComputeMode, .fields = kComputeModeFields},
    MappedSpec{.attr = &kMemoryMode, .fields = kMemoryModeFields},
};
constexpr std::size_t kOnAll = 2;  // of kNbio: what is not nbio 7.9's alone

MappedChoice chosen(std::string_view of, std::span<const MappedSpec> registers) {
  return {.of = std::string(of), .registers = {registers.begin(), registers.end()}};
}

}  // namespace

MappedChoice mapped_registers(const Gpu& gpu) {
  if (gpu.vendor_id != kVendorId) {
    return {};
  }
  const auto* const found = std::ranges::find(kMapped, gpu.device_id, &Mapped::id);
  if (found == kMapped.end()) {
    return {.of = fmt::format(
                "none: no public source tells which registers of device {:04x} may be read",
                gpu.device_id),
            .registers = {}};
  }
  switch (found->block) {
    case Block::bif5:
      return chosen("Tonga", kBif5);
    case Block::nbio:
      return chosen("Vega 10 and later", std::span(kNbio).first(kOnAll));
    case Block::nbio79:
      return chosen("MI300", kNbio);
  }
  return {};
}

}  // namespace vfmgr::amd
