// SPDX-License-Identifier: Apache-2.0
// What stands in registers of simulated GPUs, as far as it follows from what the host says of them.
#include "vfmgr/units.hpp"

#include "core/mmio_place.hpp"
#include "core/numbers.hpp"
#include "sim/drivers/gim_card.hpp"
#include "sim/machine.hpp"
#include "sim/mapped.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace vfmgr::sim {

namespace {

constexpr std::uint64_t kAmdId = 0x1002;
constexpr std::uint64_t kNvidiaId = 0x10de;
constexpr std::uint64_t kIntelId = 0x8086;
constexpr std::uint64_t kS7150Id = 0x6929;

using Value32 = std::optional<std::uint32_t>;

Value32 low(std::optional<std::uint64_t> value) {
  return value ? Value32(static_cast<std::uint32_t>(*value)) : std::nullopt;
}

std::uint64_t hex_file(const Machine& machine, const PciAddress& pf, std::string_view leaf) {
  return prefixed(machine.attribute(pf, leaf), 16).value_or(0);
}

/// MiB of memory, by whichever fact its driver's rules have.
Value32 memory_of(const Machine& machine, const PciAddress& pf) {
  const auto vram = machine.fact(pf, "vram_mib");
  return low(vram ? vram : machine.fact(pf, "framebuffer_mib"));
}

/// Linux amdgpu fiji_smumgr.c: "driver reads on SR-IOV enabled PF: 0x80000000 … on SR-IOV disabled:
/// 0x00000000".
std::uint32_t identifier_of(const Machine& machine, const PciAddress& pf) {
  return machine.enabled_vfs(pf) == 0 ? 0 : 0x80000000U;
}

/// nbio_v7_9.c: the number of a compute mode, and bits of memory modes from NPS1 on.
Value32 partition_register(const Machine& machine, const PciAddress& pf, std::uint32_t offset) {
  const gim::Card card = gim::card_of(machine, pf);
  if (card.xcc == 0) {
    return std::nullopt;
  }
  constexpr std::uint32_t kMi300x = 8;
  constexpr std::uint32_t kSpxDpxCpx = 0b10011;
  constexpr std::uint32_t kQpx = 0b01000;
  constexpr std::uint32_t kNps1And4 = 0b1001;
  constexpr std::uint32_t kCpxMode = 4;
  switch (offset) {
    case 0x3a04:
      return card.xcc == kMi300x ? kSpxDpxCpx | kQpx : kSpxDpxCpx;
    case 0x3a08:
      return kNps1And4;
    case 0x3a0c: {
      const std::uint32_t mode = card.partitions == card.xcc ? kCpxMode
                                 : card.partitions == 4      ? 3
                                 : card.partitions == 2      ? 1
                                                             : 0;
      return mode << 4U;
    }
    case 0x3a10:
      return 1U << (card.nps - 1) << 4U;
    default:
      return std::nullopt;
  }
}

Value32 amd_register(const Machine& machine, const MmioPlace& where) {
  if (where.bar != 5) {
    return std::nullopt;
  }
  const bool tonga = hex_file(machine, where.gpu, "device") == kS7150Id;
  if (where.offset == (tonga ? 0x5428 : 0x378c)) {
    return memory_of(machine, where.gpu);
  }
  if (where.offset == (tonga ? 0x540c : 0x3794)) {
    return identifier_of(machine, where.gpu);
  }
  return tonga ? std::nullopt : partition_register(machine, where.gpu, where.offset);
}

/// `chip` as NV_PMC_BOOT_42 has it: 0x192 is AD102. Every listing of a GPU that models stand for
/// shows revision a1, mig-parted's of GA100 (0x170000a1), too.
Value32 nvidia_register(const Machine& machine, const MmioPlace& where) {
  constexpr std::uint32_t kGa100 = 0x170;
  const auto chip = low(machine.fact(where.gpu, "chip"));
  if (where.bar != 0 || !chip) {
    return std::nullopt;
  }
  const bool mig = machine.fact(where.gpu, "mig_mode").value_or(0) != 0;
  switch (where.offset) {
    case 0x000:
      return *chip << 20U | 0xa1U;
    case 0x004:
      return 0;
    case 0xa00:
      return *chip << 20U | 0xa1000U;
    case 0x1404:
      return *chip == kGa100 ? Value32(mig ? 0x8000 : 0) : std::nullopt;
    case 0x118234:
      return *chip == kGa100 ? Value32(0x3ff) : std::nullopt;
    case 0x118f78:
      return *chip == kGa100 ? Value32(mig ? 0xc000 : 0x8000) : std::nullopt;
    default:
      return std::nullopt;
  }
}

/// Linux drivers/gpu/drm/xe/regs/xe_gt_regs.h: GMD_ID, of versions as 2001.
std::uint32_t gmd_id(std::uint32_t version) {
  return version / 100 << 22U | version % 100 << 14U;
}

Value32 intel_register(const Machine& machine, const MmioPlace& where) {
  if (where.bar != 0) {
    return std::nullopt;
  }
  const auto graphics = low(machine.fact(where.gpu, "graphics_version"));
  const auto media = low(machine.fact(where.gpu, "media_version"));
  switch (where.offset) {
    case 0x1901f8:
      return 0;  // a PF
    case 0xd8c:
      return graphics ? Value32(gmd_id(*graphics)) : std::nullopt;
    case 0x380d8c:
      return media ? Value32(gmd_id(*media)) : std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace

Value32 register_of(const Machine& machine, const MmioPlace& where) {
  if (machine.pf_of(where.gpu)) {
    return std::nullopt;
  }
  switch (hex_file(machine, where.gpu, "vendor")) {
    case kAmdId:
      return amd_register(machine, where);
    case kNvidiaId:
      return nvidia_register(machine, where);
    case kIntelId:
      return intel_register(machine, where);
    default:
      return std::nullopt;
  }
}

}  // namespace vfmgr::sim
