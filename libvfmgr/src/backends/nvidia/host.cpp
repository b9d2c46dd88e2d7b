// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia/host.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/nvidia/attrs.hpp"
#include "backends/nvidia/card.hpp"
#include "backends/pci_record.hpp"
#include "core/attr.hpp"
#include "core/attributes.hpp"
#include "core/numbers.hpp"
#include "core/settings.hpp"
#include "core/words.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace vfmgr::nvidia {

namespace {

constexpr std::uint16_t kVendor = 0x10de;  // NVIDIA, by the PCI SIG

Offer offer(Key key, std::uint8_t scope, std::string read_from) {
  return {.key = key, .scope = scope, .least = {}, .most = {}, .read_from = std::move(read_from)};
}

/// Why NVML does not tell something; none: it does.
std::optional<Error> why_not(const Value& value, const Gpu& gpu, std::string_view what) {
  if (!value.text().empty()) {
    return std::nullopt;
  }
  Error error{.kind = ErrorKind::unsupported, .subject = to_string(gpu.address)};
  const auto* const unreadable = std::get_if<Unreadable>(&value.is);
  if (gpu.driver != kHome) {
    error.why = fmt::format("only its driver '{}' can tell, and it is not on that", kHome);
    error.help = "bring it back first: by a teardown, or by a profile without this key";
  } else if (unreadable == nullptr) {
    error.why = "NVIDIA's library, through which alone it can be asked, is not installed";
    error.help = "install libnvidia-ml.so.1 of the same version as the driver";
  } else if (unreadable->os_error == EOPNOTSUPP) {
    error.why = fmt::format("this GPU, or the driver for it, has no {}", what);
  } else {
    error.kind = ErrorKind::unreadable;
    error.os_error = unreadable->os_error;
    error.why = "NVIDIA's library does not answer for this GPU";
    error.help = unreadable->os_error == ELIBBAD
                     ? "library and driver are of different versions: reload the driver"
                     : "is its driver's start complete? `nvidia-smi` should list it";
  }
  return error;
}

/// What stands behind a name in the driver's description of a GPU (nv-procfs.c: "Device Minor: \t
/// %d", "GPU UUID: \t %s", "Model: \t\t %s"); empty: nothing does.
std::string told(const Kernel& kernel, const PciAddress& pf, std::string_view name) {
  const std::string text = observe(kernel, pci::of(kInformation, pf)).text();
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with(name)) {
      return std::string(trimmed(line.substr(name.size())));
    }
  }
  return {};
}

/// The GPU's own node; none: it can't be told.
std::optional<Place> node_of(const Kernel& kernel, const PciAddress& pf) {
  const std::string minor = told(kernel, pf, "Device Minor:");
  return decimal(minor) ? std::optional(Place{.in = In::dev, .path = "nvidia" + minor})
                        : std::nullopt;
}

}  // namespace

bool is_of_vgpu_host(const Kernel& kernel, const Gpu& gpu) {
  const bool on_the_way = !gpu.driver || *gpu.driver == kHome || *gpu.driver == kStub;
  return gpu.vendor_id == kVendor && gpu.total_vfs && on_the_way &&
         kernel.list(place_of(kVgpuModule, {})).has_value();
}

bool offers_mdevs(const Kernel& kernel) {
  return kernel.link(place_of(kUsesMdev, {})).has_value();
}

GpuFacts facts_of(const Gpu& gpu,
                  std::string_view backend,
                  std::span<const Key> keys,
                  std::string_view source) {
  GpuFacts facts{.gpu = gpu, .backend = std::string(backend), .offers = {vf_driver_offer()}};
  for (const Key key : keys) {
    facts.offers.push_back(offer(key, kScopeVf, std::string(source)));
  }
  const Card* const card = card_of(gpu.device_id, gpu.subsystem_device_id);
  if (card != nullptr && card->vram != 0) {
    facts.vram_total = card->vram;
  }
  if (gpu.total_vfs == 0U) {
    facts.cannot = Error{.kind = ErrorKind::unsupported,
                         .subject = to_string(gpu.address),
                         .why = "its SR-IOV capability allows 0 VFs",
                         .help =
                             "boards for workstations must be switched to display-less mode, "
                             "with NVIDIA's displaymodeselector"};
  }
  if (gpu.driver != kHome) {
    facts.findings.push_back(
        {.what = fmt::format("it stands on {} instead of its driver '{}', as a change of its VFs "
                             "that was cut off leaves it",
                             gpu.driver ? "'" + *gpu.driver + "'" : "no driver",
                             kHome),
         .help = "apply its profile, or teardown: either brings it back"});
  }
  if (!gpu.iommu_group) {
    facts.findings.push_back(
        {.what = "it is behind no IOMMU, and without one its driver takes no VF",
         .help = std::string(kTurnIommuOn)});
  }
  return facts;
}

void ask_identity(const Kernel& kernel, GpuFacts& facts) {
  const std::string uuid = told(kernel, facts.gpu.address, "GPU UUID:");
  // Of a GPU that was not started yet the driver prints question marks.
  if (!uuid.empty() && uuid.find('?') == std::string::npos) {
    facts.gpu.uuid = uuid;
  }
  facts.driver_model = told(kernel, facts.gpu.address, "Model:");
}

void ask_dear(const Kernel& kernel, GpuFacts& facts) {
  const PciAddress& pf = facts.gpu.address;
  constexpr std::array kSwitches{std::pair{Key::mig, &kMig},
                                 std::pair{Key::heterogeneous, &kMixed}};
  for (const auto& [key, attr] : kSwitches) {
    const Place place = pci::of(*attr, pf);
    const std::string_view what = key == Key::mig ? "MIG" : "mixed-size mode";
    if (auto why = why_not(observe(kernel, place), facts.gpu, what)) {
      facts.lacks.insert_or_assign(key, std::move(*why));
    } else {
      facts.offers.push_back(offer(key, kScopePf, to_string(place)));
    }
  }
  const auto node = node_of(kernel, pf);
  const Openers openers = node ? kernel.openers(std::array{*node}) : Openers{};
  for (const Opener& opener : openers.seen) {
    facts.findings.push_back(
        {.what = fmt::format("{} (pid {}) has /dev/{} open: meanwhile its VFs can neither be made "
                             "nor removed",
                             opener.command,
                             opener.pid,
                             node->path),
         .help = "stop it first, where the count of VFs is to change"});
  }
}

std::optional<std::vector<Place>> nodes_of_pf(const Kernel& kernel, const PciAddress& pf) {
  if (observe(kernel, pci::of(pci::kPfDriver, pf)).text() != kHome) {
    return std::vector<Place>{};
  }
  const auto node = node_of(kernel, pf);
  return node ? std::optional(std::vector{*node}) : std::nullopt;
}

void explain(const Kernel& kernel, const Gpu& gpu, const Attr& ready, Error& error) {
  const auto about = [&error](const Attr& attr) {
    const auto place = parse_place(error.subject);
    return place && match(attr, *place).has_value();
  };
  if (about(kLock)) {
    const bool there = !observe(kernel, pci::of(kLock, gpu.address)).absent();
    error.help = there ? "somebody has the GPU open, or its start is not complete: nvidia-smi, "
                         "nvidia-persistenced, DCGM and other exporters hold it; stop them first"
                       : "the driver has not finished the GPU's start: look at the kernel's log";
  } else if (about(kTool)) {
    error.help = "it can't have the GPU while somebody has it open; the kernel's log tells more";
  } else if (about(ready)) {
    error.help = gpu.iommu_group
                     ? "are nvidia-vgpud and nvidia-vgpu-mgr running? They tell the driver its "
                       "types; the kernel's log has what it makes of this VF"
                     : "the GPU is behind no IOMMU, and without one its driver takes no VF";
  }
}

}  // namespace vfmgr::nvidia
