// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

namespace vfmgr {

/// A file of a driver's that acts when it is opened or read, or whose writing can't be taken back
/// by anybody: the door opens none of this name, whatever an attrs.hpp says.
struct NeverOpened {
  std::string_view leaf;
  std::string_view why, source;
};

inline constexpr std::array kNeverOpened{
    NeverOpened{.leaf = "reset_gpu",
                .why = "reading it resets the GPU",
                .source = "amd/MxGPU-Virtualization gim_shim/sysfs/gim_monitor.c (695afe2)"},
    NeverOpened{.leaf = "psp_vbflash",
                .why = "it writes the GPU's firmware, and reading it begins that",
                .source = "amd/MxGPU-Virtualization gim_shim/sysfs/gim_monitor.c (695afe2)"},
    NeverOpened{.leaf = "force_hot_reset",
                .why = "it resets every GPU of the driver",
                .source = "amd/MxGPU-Virtualization gim_shim/sysfs/gim_monitor.c (695afe2)"},
    NeverOpened{.leaf = "live_update",
                .why = "the driver goes without its GPUs being stopped",
                .source = "amd/MxGPU-Virtualization gim_shim/sysfs/gim_monitor.c (695afe2)"},
    NeverOpened{.leaf = "force_reset",
                .why = "it resets the GPU",
                .source = "amd/MxGPU-Virtualization gim_shim/sysfs/gim_debugfs.c (695afe2)"},
    NeverOpened{.leaf = "hang_debug",
                .why = "it stops the GPU where it hangs",
                .source = "amd/MxGPU-Virtualization gim_shim/sysfs/gim_debugfs.c (695afe2)"},
    NeverOpened{.leaf = "ffbm",
                .why = "it changes how a VF's memory is mapped",
                .source = "amd/MxGPU-Virtualization gim_shim/sysfs/gim_debugfs.c (695afe2)"},
    NeverOpened{.leaf = "fb_defragment",
                .why = "it moves memory under running VMs",
                .source = "amd/MxGPU-Virtualization gim_shim/sysfs/gim_debugfs.c (695afe2)"},
    NeverOpened{
        .leaf = "hotlink_reset",
        .why = "it resets the GPU's link",
        .source = "GPUOpen-LibrariesAndSDKs/MxGPU-Virtualization drv/gim_monitor.c (b76d47a)"},
    NeverOpened{
        .leaf = "clrvffb",
        .why = "it writes over a VF's memory",
        .source = "GPUOpen-LibrariesAndSDKs/MxGPU-Virtualization drv/gim_monitor.c (b76d47a)"},
    NeverOpened{.leaf = "amdgpu_gpu_recover",
                .why = "reading it resets the GPU",
                .source = "Linux drivers/gpu/drm/amd/amdgpu/amdgpu_fence.c (7.2)"}};

/// Whether a path ends in such a name.
constexpr bool is_never_opened(std::string_view path) {
  const std::string_view leaf = path.substr(path.rfind('/') + 1);
  for (const NeverOpened& one : kNeverOpened) {
    if (leaf == one.leaf) {
      return true;
    }
  }
  return false;
}

}  // namespace vfmgr
