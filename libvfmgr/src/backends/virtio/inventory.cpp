// SPDX-License-Identifier: Apache-2.0
#include "backends/virtio/inventory.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/state.hpp"

#include "backends/virtio/attrs.hpp"
#include "backends/virtio/device.hpp"
#include "backends/virtio/features.hpp"
#include "core/attr.hpp"
#include "kernel/kernel.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::virtio {

namespace {

// QEMU docs/specs/pci-ids.rst: 0x1040 and the kind, 16.
constexpr std::uint16_t kVendor = 0x1af4;
constexpr std::uint16_t kGpuDevice = 0x1050;
constexpr std::size_t kVirgl = 0;

// QEMU docs/system/sriov.rst (only a virtio-net-pci can be a VF) and
// docs/system/devices/virtio/virtio-gpu.rst.
Finding how_it_is_shared() {
  return {.what =
              "a virtio-gpu serves the one VM that it is in, and has no VFs: the host of this VM "
              "shares the GPU behind it, in virglrenderer or rutabaga",
          .help =
              "on that host give each VM a virtio-gpu of its own: -device "
              "virtio-gpu-gl,hostmem=8G,blob=true,venus=true and the like, see VIRTIO-GPU in "
              "vgpuctl(8)"};
}

/// Capsets say what a guest can run. Which there are only a DRM ioctl tells, how many debugfs does.
std::string told_capsets(const Kernel& kernel, const Device& device) {
  constexpr std::string_view kCard = "card";
  for (const std::string& node : drm_nodes(kernel, device)) {
    if (!node.starts_with(kCard)) {
      continue;
    }
    const Place file =
        place_of(kGpuFeatures, {.gpu = {}, .vf = {}, .name = node.substr(kCard.size())});
    if (const auto count = capsets_in(observe(kernel, file).text())) {
      return fmt::format("{}, of which kinds is not read", *count);
    }
  }
  return "not read";
}

Finding not_taken() {
  return {.what = "no driver has taken its virtio device: nothing is agreed with its host yet",
          .help = "modprobe virtio_gpu; dmesg says why it did not start"};
}

Finding what_it_offers(const Kernel& kernel, const Device& device) {
  const Place file = file_of(kFeatures, device);
  const auto features = Features::parse(observe(kernel, file).text());
  if (!features) {
    return {.what = fmt::format("what it offers can't be told: {} has no feature bits that can be "
                                "read",
                                to_string(file)),
            .help = {}};
  }
  const std::vector<std::string> names = gpu_features(*features);
  const std::string agreed = names.empty() ? "none" : fmt::format("{}", fmt::join(names, " "));
  std::string what = fmt::format(
      "features agreed with its host: {}; capsets: {}", agreed, told_capsets(kernel, device));
  if (features->has(kVirgl)) {
    return {.what = std::move(what), .help = {}};
  }
  return {.what = std::move(what) +
                  "; without VIRGL it shows pictures that the processor has drawn, "
                  "and no program computes on it",
          .help = "on its host: virtio-gpu-gl or virtio-gpu-rutabaga in place of virtio-gpu"};
}

}  // namespace

std::vector<Finding> inventory(const Kernel& kernel, const Gpu& gpu) {
  if (gpu.vendor_id != kVendor || gpu.device_id != kGpuDevice || gpu.physfn || gpu.total_vfs) {
    return {};
  }
  std::vector<Finding> found{how_it_is_shared()};
  if (gpu.driver == kDriver) {
    const auto device = device_of(kernel, gpu.address);
    const bool ready = device && is_ready(kernel, *device) != std::optional(false);
    found.push_back(ready ? what_it_offers(kernel, *device) : not_taken());
  }
  return found;
}

}  // namespace vfmgr::virtio
