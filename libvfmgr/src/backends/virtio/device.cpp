// SPDX-License-Identifier: Apache-2.0
#include "backends/virtio/device.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/virtio/attrs.hpp"
#include "core/attr.hpp"
#include "core/numbers.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::virtio {

namespace {

constexpr std::string_view kPrefix = "virtio";
constexpr std::uint64_t kDriverOk = 4;  // virtio_config.h: VIRTIO_CONFIG_S_DRIVER_OK

struct Kind {
  std::uint64_t id;
  std::string_view module;
};
// Linux include/uapi/linux/virtio_ids.h and the modules' names.
constexpr std::array kKinds{Kind{.id = 1, .module = "virtio_net"},
                            Kind{.id = 2, .module = "virtio_blk"},
                            Kind{.id = 8, .module = "virtio_scsi"},
                            Kind{.id = 16, .module = "virtio_gpu"}};

}  // namespace

std::optional<Device> device_of(const Kernel& kernel,
                                const PciAddress& pf,
                                std::optional<VfIndex> vf) {
  const Place folder = vf ? pci::of(pci::kVf, pf, *vf) : pci::of(pci::kFunctionDir, pf);
  for (const std::string& name : kernel.list(folder).value_or(std::vector<std::string>{})) {
    if (name.starts_with(kPrefix) && decimal(name.substr(kPrefix.size()))) {
      return Device{.pf = pf, .vf = vf, .number = name.substr(kPrefix.size())};
    }
  }
  return std::nullopt;
}

Place file_of(const Attr& attr, const Device& device) {
  return place_of(attr, {.gpu = device.pf, .vf = device.vf, .name = device.number});
}

std::optional<bool> is_ready(const Kernel& kernel, const Device& device) {
  const auto status =
      prefixed(observe(kernel, file_of(device.vf ? kVfStatus : kStatus, device)).text(), 16);
  return status ? std::optional((*status & kDriverOk) != 0) : std::nullopt;
}

std::vector<std::string> drm_nodes(const Kernel& kernel, const Device& device) {
  const Place of_function =
      device.vf ? pci::of(pci::kVfDrm, device.pf, *device.vf) : pci::of(pci::kPfDrm, device.pf);
  std::vector<std::string> nodes;
  for (const Place& folder : {of_function, file_of(device.vf ? kVfDrm : kDrm, device)}) {
    for (const std::string& name : kernel.list(folder).value_or(std::vector<std::string>{})) {
      if (name.starts_with("card") || name.starts_with("render")) {
        nodes.push_back(name);
      }
    }
  }
  return nodes;
}

std::string module_for(const Kernel& kernel, const Device& device) {
  const auto id = prefixed(observe(kernel, file_of(kKind, device)).text(), 16);
  const auto* const kind =
      std::ranges::find_if(kKinds, [&id](const Kind& known) { return id == known.id; });
  return kind == kKinds.end() ? std::string() : std::string(kind->module);
}

}  // namespace vfmgr::virtio
