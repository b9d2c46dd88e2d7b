// SPDX-License-Identifier: Apache-2.0
#include "sim/gpuiov_config.hpp"

#include "vfmgr/units.hpp"

#include "core/numbers.hpp"
#include "sim/config_space.hpp"
#include "sim/driver.hpp"
#include "sim/drivers/gim_s7150_card.hpp"
#include "sim/machine.hpp"
#include "sim/registers.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vfmgr::sim {

namespace {

constexpr std::uint64_t kGpuiovVendor = 0x1002;
// GPUOpen-LibrariesAndSDKs/MxGPU-Virtualization drv/gim_pci_config.c; a listing of an S7150 shows
// it there, too.
constexpr std::uint64_t kGpuiovTonga = 0x6929;
constexpr std::size_t kGpuiovOnTonga = 0x400;
// amd/MxGPU-Virtualization libgv/core/hw/AI/mi300; assumed to be there on V710, too.
constexpr std::size_t kGpuiovElsewhere = 0x700;

constexpr std::array<std::uint64_t, 5> kGpuiovMi300{0x74a1, 0x74a2, 0x74a5, 0x74a8, 0x74a9};
constexpr std::array<std::uint64_t, 2> kGpuiovNavi32{0x7460, 0x73c8};

constexpr std::uint16_t kGpuiovVsec = 0x0b;
constexpr std::uint64_t kGpuiovVsecId = 2;
constexpr std::uint64_t kGpuiovGranule = 16;  // MiB, of which framebuffers are multiples

std::uint64_t down(std::uint64_t mib) {
  return mib / kGpuiovGranule * kGpuiovGranule;
}
std::uint64_t up(std::uint64_t mib) {
  return down(mib + kGpuiovGranule - 1);
}

bool is_one_of(std::uint64_t device, std::span<const std::uint64_t> ids) {
  return std::ranges::find(ids, device) != ids.end();
}

/// How GIM shares a framebuffer out where nothing else is asked for; all in MiB.
struct GpuiovShares {
  std::uint64_t total = 0;  ///< 0: the host does not say
  std::uint64_t vfs = 0;    ///< 0: the driver is not at work, and has written nothing
  std::uint64_t pf = 256;   ///< the least of S7150, and what the newer driver takes unless told
};

GpuiovShares framebuffer_of(const Machine& machine, const PciAddress& pf) {
  const bool at_work = machine.rules_of(pf) != nullptr && machine.rules_of(pf)->name() == "gim";
  return {.total = machine.fact(pf, "framebuffer_mib").value_or(0),
          .vfs = at_work ? machine.enabled_vfs(pf) : 0};
}

/// drv/gim_fb.c: 8 MiB behind the PF's are for contexts, one of 256 KiB each, then come the VFs'.
void put_tonga(const GpuiovShares& shares, std::size_t at, std::string& config) {
  constexpr std::uint64_t kContexts = 8;
  put_number(config, at + 0x24, shares.total, 2);
  if (shares.vfs == 0 || shares.total < shares.pf + (2 * kGpuiovGranule)) {
    return;
  }
  put_number(config, at + 0x20, 1 | (shares.pf * 4) << 10U, 4);
  put_number(config, at + 0x26, shares.total - shares.pf, 2);
  const std::uint64_t first = up(shares.pf + kContexts);
  const std::uint64_t each = down((down(shares.total - up(kContexts)) - shares.pf) / shares.vfs);
  for (std::uint64_t vf = 0; vf < shares.vfs && each > 0; ++vf) {
    put_number(config, at + 0x2c + (4 * vf), (each / kGpuiovGranule) - 1, 2);
    put_number(config, at + 0x2e + (4 * vf), (first + (vf * each)) / kGpuiovGranule, 2);
  }
}

/// The same as that driver has it now: gim_gpuiov.c:set_gpuiov_vf_frame_buffer counts in whole
/// granules.
void put_s7150(const s7150::Registers& registers,
               std::uint64_t total,
               std::size_t at,
               std::string& config) {
  put_number(config, at + 0x20, 1 | (registers.pf * 4) << 10U, 4);
  put_number(config, at + 0x24, total, 2);
  put_number(config, at + 0x26, total - std::min(total, registers.pf), 2);
  std::size_t vf = at + 0x2c;
  for (const s7150::Share& share : registers.shares) {
    put_number(config, vf, (std::max(share.size, kGpuiovGranule) / kGpuiovGranule) - 1, 2);
    put_number(config, vf + 2, share.base / kGpuiovGranule, 2);
    vf += 4;
  }
}

/// libgv/core/amdgv_vfmgr.c: the VFs' lie behind the PF's.
void put_mi300(const GpuiovShares& shares, std::size_t at, std::string& config) {
  put_number(config, at + 0x28, shares.total, 2);
  if (shares.vfs == 0 || shares.total < shares.pf) {
    return;
  }
  put_number(config, at + 0x2a, shares.total - shares.pf, 2);
  const std::uint64_t each = down((shares.total - shares.pf) / shares.vfs);
  for (std::uint64_t vf = 0; vf < shares.vfs; ++vf) {
    put_number(config, at + 0x38 + (4 * vf), each / kGpuiovGranule, 2);
    put_number(config, at + 0x3a + (4 * vf), (shares.pf + (vf * each)) / kGpuiovGranule, 2);
  }
}

}  // namespace

std::optional<std::size_t> gpuiov_at(std::uint64_t vendor, std::uint64_t device) {
  if (vendor != kGpuiovVendor) {
    return std::nullopt;
  }
  if (device == kGpuiovTonga) {
    return kGpuiovOnTonga;
  }
  return is_one_of(device, kGpuiovMi300) || is_one_of(device, kGpuiovNavi32)
             ? std::optional(kGpuiovElsewhere)
             : std::nullopt;
}

std::uint64_t writable_bits(const Machine& machine, const PciAddress& pf, std::size_t at) {
  const auto id = [&](std::string_view leaf) {
    return prefixed(machine.attribute(pf, leaf), 16).value_or(0);
  };
  const auto capability = gpuiov_at(id("vendor"), id("device"));
  if (!capability || at < *capability) {
    return 0;
  }
  // drv/gim_pci.h: CNTXT, TOTAL_FB_CONSUMED beside what only reads, 16 pairs of size and offset;
  // mi300_gpuiov.h: CONTEXT, TOTAL_FB_CONSUMED, 31 pairs.
  constexpr std::uint64_t kAll = 0xffffffff;
  constexpr std::uint64_t kUpperHalf = 0xffff0000;
  constexpr std::uint64_t kContextBits = 0xfffffcff;
  const bool tonga = id("device") == kGpuiovTonga;
  const std::size_t offset = at - *capability;
  const std::size_t context = tonga ? 0x20 : 0x24;
  const std::size_t totals = tonga ? 0x24 : 0x28;
  const std::size_t first = tonga ? 0x2c : 0x38;
  const std::size_t last = tonga ? 0x68 : 0xb0;
  return offset == context                   ? kContextBits
         : offset == totals                  ? kUpperHalf
         : offset >= first && offset <= last ? kAll
                                             : 0;
}

void put_gpuiov(const Machine& machine,
                const PciAddress& pf,
                std::uint64_t device,
                std::string& config) {
  GpuiovShares shares = framebuffer_of(machine, pf);
  const bool tonga = device == kGpuiovTonga;
  if (tonga && shares.total == 0) {
    shares.total = machine.fact(pf, "vram_mib").value_or(0);
  }
  const std::size_t at = tonga ? kGpuiovOnTonga : kGpuiovElsewhere;
  const std::uint64_t length = tonga ? 0x70 : 0xd8;  // as far as the layout goes
  put_extended(config, at, kGpuiovVsec, 0);
  put_number(config, at + 4, kGpuiovVsecId | (1U << 16U) | (length << 20U), 4);
  if (const auto registers = tonga ? s7150::registers_of(machine, pf) : std::nullopt) {
    put_s7150(*registers, shares.total, at, config);
  } else if (tonga) {
    put_tonga(shares, at, config);
  } else {
    put_mi300(shares, at, config);
  }
  if (shares.vfs == 0) {
    put_written(machine, pf, config);  // what the driver writes lies over it
  }
}

}  // namespace vfmgr::sim
