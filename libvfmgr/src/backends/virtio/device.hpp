// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "core/attr.hpp"
#include "kernel/kernel.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vfmgr::virtio {

/// The virtio device that virtio-pci has made of a function.
struct Device {
  PciAddress pf;
  std::optional<VfIndex> vf;
  std::string number;  ///< N of virtioN
};

/// None: virtio-pci is not on it, or has not got so far.
std::optional<Device> device_of(const Kernel& kernel,
                                const PciAddress& pf,
                                std::optional<VfIndex> vf = {});

/// One of its files.
Place file_of(const Attr& attr, const Device& device);

/// Whether the driver of its kind has taken it and is ready: DRIVER_OK. None: that can't be read.
std::optional<bool> is_ready(const Kernel& kernel, const Device& device);

/// Its DRM nodes: "card0", "renderD128".
std::vector<std::string> drm_nodes(const Kernel& kernel, const Device& device);

/// The module that has the driver of its kind: "virtio_net"; empty: not known here.
std::string module_for(const Kernel& kernel, const Device& device);

}  // namespace vfmgr::virtio
