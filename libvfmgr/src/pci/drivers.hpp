// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

namespace vfmgr::pci {

/// A PF driver of which it is known that a write to sriov_numvfs ends in ENOENT under it.
struct DriverWithoutVfs {
  std::string_view driver, source, help;
};

/// Drivers that register no .sriov_configure with the PCI core. An unknown driver is tried.
inline constexpr std::array kDriversWithoutVfs{
    DriverWithoutVfs{
        .driver = "nvidia",
        .source = "NVIDIA open-gpu-kernel-modules kernel-open/nvidia/nv-pci.c: no sriov_configure",
        .help = "its vGPU half, the module nvidia_vgpu_vfio, is not loaded: install NVIDIA's vGPU "
                "host driver, not the one for displays and computing; bound to pci-pf-stub the "
                "card makes plain VFs"},
    DriverWithoutVfs{
        .driver = "gim",
        .source = "AMD MxGPU-Virtualization gim: VFs come from its module parameter and ioctl",
        .help = "AMD's gim makes VFs another way, and nothing is known of it for this device id; "
                "bound to pci-pf-stub the card makes plain VFs"},
    DriverWithoutVfs{.driver = "i915",
                     .source = "Linux 7.2 drivers/gpu/drm/i915/i915_pci.c: no sriov_configure",
                     .help = "use the xe driver where it supports this GPU"},
    DriverWithoutVfs{
        .driver = "amdgpu",
        .source = "Linux 7.2 drivers/gpu/drm/amd/amdgpu/amdgpu_drv.c: no sriov_configure",
        .help = "bind the PF to a driver that makes VFs"},
    DriverWithoutVfs{
        .driver = "nouveau",
        .source = "Linux 7.2 drivers/gpu/drm/nouveau/nouveau_drm.c: no sriov_configure",
        .help = "bind the PF to a driver that makes VFs"},
};

/// What a VM can take a VF from, where no driver of the vendor's own is needed.
inline constexpr std::string_view kVfio = "vfio-pci";

/// Whether a driver hands its devices to user space through vfio: "vfio-pci" and the variant
/// drivers, whose names hold it too ("xe-vfio-pci", "mlx5_vfio_pci").
inline bool is_vfio(std::string_view driver) {
  return driver.find("vfio") != std::string_view::npos;
}

}  // namespace vfmgr::pci
