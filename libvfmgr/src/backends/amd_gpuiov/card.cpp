// SPDX-License-Identifier: Apache-2.0
#include "backends/amd_gpuiov/card.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "backends/amd/regs.hpp"
#include "backends/amd_gpuiov/attrs.hpp"
#include "backends/amd_gpuiov/registers.hpp"
#include "core/attr.hpp"
#include "core/config_space/bytes.hpp"
#include "core/config_space/walk.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "pci/lockdown.hpp"
#include "pci/vf_bars.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::amd_gpuiov {

namespace {

constexpr std::uint16_t kVendorSpecific = 0x0b;  // PCI_EXT_CAP_ID_VNDR
constexpr std::size_t kVsecHeader = 4;           // PCI_VNDR_HEADER

const amd::Device* device_of(const Gpu& gpu) {
  const auto* const found = std::ranges::find(amd::kDevices, gpu.device_id, &amd::Device::id);
  return gpu.vendor_id == amd::kVendorId && found != amd::kDevices.end() ? found : nullptr;
}

/// Where the capability is; none: there is none.
std::optional<std::size_t> capability_in(std::string_view config) {
  for (const config_space::Entry& entry : config_space::extended_list(config).entries) {
    const auto header = config_space::number(config, entry.at + kVsecHeader, 2);
    if (entry.id == kVendorSpecific && header == amd::kVsecId) {
      return entry.at;
    }
  }
  return std::nullopt;
}

Error about(const Gpu& gpu, ErrorKind kind, std::string why, std::string help = {}) {
  return {.kind = kind,
          .subject = to_string(gpu.address),
          .why = std::move(why),
          .help = std::move(help)};
}

}  // namespace

bool is_known(const Gpu& gpu) {
  return device_of(gpu) != nullptr;
}

std::optional<Layout> layout_of(const Gpu& gpu) {
  const amd::Device* const device = device_of(gpu);
  if (device == nullptr || device->layout == amd::Layout::b_mi300) {
    return std::nullopt;
  }
  return device->layout == amd::Layout::a ? Layout::a : Layout::b;
}

std::uint32_t vfs_of(const Gpu& gpu) {
  const auto layout = layout_of(gpu);
  const std::uint32_t registers = !layout                ? 0
                                  : *layout == Layout::a ? amd::kMostVfsA
                                                         : amd::kMostVfsB;
  return std::min(gpu.total_vfs.value_or(0), registers);
}

Place totals_of(const Gpu& gpu, Layout layout) {
  return pci::of(layout == Layout::a ? kTotalsA : kTotalsB, gpu.address);
}

Place framebuffer_of(const Gpu& gpu, Layout layout, VfIndex vf) {
  return pci::of(layout == Layout::a ? kFramebufferA : kFramebufferB, gpu.address, vf);
}

std::vector<Place> registers_of(const Gpu& gpu) {
  const auto layout = layout_of(gpu);
  if (!layout) {
    return {};
  }
  std::vector<Place> places;
  if (*layout == Layout::a) {
    places.push_back(pci::of(kContextA, gpu.address));
  }
  places.push_back(totals_of(gpu, *layout));
  for (std::uint32_t index = 0; index < vfs_of(gpu); ++index) {
    places.push_back(framebuffer_of(gpu, *layout, vf_at(index)));
  }
  return places;
}

const Attr& attr_of(const Place& place) {
  return *std::ranges::find_if(kAttrs,
                               [&](const Attr& attr) { return match(attr, place).has_value(); });
}

std::optional<Error> unfit(const Kernel& kernel, const Gpu& gpu) {
  const std::array places{pci::of(pci::kConfig, gpu.address)};
  const auto config = std::move(kernel.read_slowly(places, Milliseconds(5000)).front());
  if (!config) {
    return about(
        gpu, ErrorKind::unreadable, "its configuration space can't be read: " + config.error().why);
  }
  if (config->size() <= config_space::kHeaderBytes) {
    return about(gpu,
                 ErrorKind::unreadable,
                 "the kernel shows no more than the header of its configuration space",
                 "run it as root");
  }
  if (config_space::is_unanswered(*config, 0, 4)) {
    return about(gpu,
                 ErrorKind::unreadable,
                 "its configuration space reads all ones: the GPU does not answer",
                 "a cold start of the machine may bring it back");
  }
  const auto layout = layout_of(gpu);
  if (!layout) {
    return about(gpu,
                 ErrorKind::unsupported,
                 "its registers do not tell how much memory there is: 16 bits are too few for it",
                 "its host driver shares it out (amd/MxGPU-Virtualization)");
  }
  const std::size_t expected = *layout == Layout::a ? kCapabilityA : kCapabilityB;
  const auto at = capability_in(*config);
  if (at != expected) {
    return about(gpu,
                 ErrorKind::unsupported,
                 at ? fmt::format("its GPUIOV capability lies at {:#x}, and the sources have it at "
                                  "{:#x}: what stands there is not known",
                                  *at,
                                  expected)
                    : "it has no GPUIOV capability");
  }
  const auto totals = dword_in(observe(kernel, totals_of(gpu, *layout)).text());
  if (!totals || totals_in(*totals).available == 0) {
    return about(gpu,
                 ErrorKind::unsupported,
                 "TOTAL_FB_AVAILABLE of its GPUIOV capability tells no amount of memory",
                 "a GPU whose firmware (VBIOS) did not run does not know it");
  }
  return std::nullopt;
}

std::optional<Error> locked_down(const Kernel& kernel, const Gpu& gpu) {
  // Without securityfs, or the module, nobody could have locked it.
  const std::string mode = pci::lockdown_in(observe(kernel, place_of(pci::kLockdown, {})).text());
  if (mode.empty()) {
    return std::nullopt;
  }
  Error error = about(gpu,
                      ErrorKind::not_permitted,
                      "the kernel is locked down, so its configuration space can't be written",
                      "Secure Boot turns that on; it stays until the next boot");
  error.value = mode;
  return error;
}

Windows windows_of(const Kernel& kernel, const Gpu& gpu) {
  const std::string text = observe(kernel, pci::of(pci::kResource, gpu.address)).text();
  const auto own = bar_window(text, 0);
  const auto of_vfs = vf_windows(text);
  const std::uint32_t total = std::max(gpu.total_vfs.value_or(0), 1U);
  return {.pf = own ? own->bytes() / kMib : 0,
          .vf = of_vfs ? of_vfs->front().bytes() / kMib / total : 0};
}

}  // namespace vfmgr::amd_gpuiov
