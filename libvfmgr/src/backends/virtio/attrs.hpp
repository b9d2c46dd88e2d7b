// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/attr.hpp"

#include <array>
#include <string_view>

// What virtio-pci shows of the virtio device that it makes of a function, read and never written;
// VFs are made and removed through the PCI core's files. {name} is the number in virtioN. Linux
// drivers/virtio/virtio.c, the same from 5.10 to 7.2 but for the length of `features`.
namespace vfmgr::virtio {

inline constexpr std::string_view kSource = "Linux drivers/virtio/virtio.c";
inline constexpr std::string_view kDriver = "virtio-pci";

// "0x0010": the kind, include/uapi/linux/virtio_ids.h.
inline constexpr Attr kKind{.pattern = "bus/pci/devices/{gpu}/virtio{name}/device",
                            .name = "virtio kind",
                            .source = kSource};
// "0x0000000f": VIRTIO_CONFIG_S_*, read from the device.
inline constexpr Attr kStatus{.pattern = "bus/pci/devices/{gpu}/virtio{name}/status",
                              .name = "virtio status",
                              .source = kSource};
inline constexpr Attr kVfStatus{.pattern = "bus/pci/devices/{gpu}/virtfn{vf}/virtio{name}/status",
                                .name = "virtio status",
                                .source = kSource};
// A character a bit, the lowest first: what driver and device have agreed on. 64 of them; 128 since
// 6.17.
inline constexpr Attr kFeatures{.pattern = "bus/pci/devices/{gpu}/virtio{name}/features",
                                .name = "virtio features",
                                .source = kSource};
// A GPU's nodes up to 6.0; since then they are below the function, as other GPUs have them
// (virtgpu_drv.c:virtio_gpu_probe, drm_dev_alloc; seen so in 6.12).
inline constexpr Attr kDrm{.pattern = "bus/pci/devices/{gpu}/virtio{name}/drm",
                           .name = "DRM nodes",
                           .source = "drivers/gpu/drm/drm_sysfs.c"};
inline constexpr Attr kVfDrm{.pattern = "bus/pci/devices/{gpu}/virtfn{vf}/virtio{name}/drm",
                             .name = "DRM nodes",
                             .source = "drivers/gpu/drm/drm_sysfs.c"};
// By the number in cardN: "virgl            : yes", "cap sets         : 3".
inline constexpr Attr kGpuFeatures{.in = In::debug,
                                   .pattern = "dri/{name}/virtio-gpu-features",
                                   .name = "virtio-gpu's features",
                                   .source = "Linux drivers/gpu/drm/virtio/virtgpu_debugfs.c"};

inline constexpr std::array kAttrs{
    kKind, kStatus, kVfStatus, kFeatures, kDrm, kVfDrm, kGpuFeatures};

}  // namespace vfmgr::virtio
