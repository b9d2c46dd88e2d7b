// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backends/nvidia/attrs.hpp"
#include "core/attr.hpp"
#include "mdev/attrs.hpp"

#include <array>
#include <cerrno>
#include <string_view>

// What NVIDIA's vGPU host driver adds to the kernel's mediated devices.
namespace vfmgr::nvidia_mdev {

inline constexpr std::string_view kSource = "NVIDIA vGPU 17 user guide 2.10";

// Its code is not public (README.md). EINVAL and EIO: too long, or not to be had; the rest is
// kernfs' own (fs/kernfs/file.c).
inline constexpr std::array kParamsErrnos{
    Refusal{EIO, "the driver refused the parameters", "dmesg has what it said"},
    Refusal{EINVAL, "the driver does not take these parameters; 1024 bytes at most", ""},
    kGone,
    kForRootAlone,
    kMountedReadOnly};

/// The name of a type by its folder, "nvidia-558".
Setting spell_type(std::string_view folder);

/// {name}: the mdev's UUID. The kernel's own link, with the type's name for people.
inline constexpr Attr kType{.as = As::link,
                            .pattern = "bus/pci/devices/{gpu}/virtfn{vf}/{name}/mdev_type",
                            .name = "vgpu_type",
                            .source = mdev::kSource,
                            .spelled = spell_type};
inline constexpr Attr kParams{
    .pattern = "bus/pci/devices/{gpu}/virtfn{vf}/{name}/nvidia/vgpu_params",
    .name = "vgpu_params",
    .errnos = kParamsErrnos,
    .source = kSource};

inline constexpr std::array kAttrs{nvidia::kProcFolder,
                                   nvidia::kLock,
                                   nvidia::kInformation,
                                   nvidia::kVgpuModule,
                                   nvidia::kUsesMdev,
                                   nvidia::kTool,
                                   nvidia::kMig,
                                   nvidia::kMixed,
                                   nvidia::kNvmlTypes,
                                   nvidia::kProfiles,
                                   nvidia::kInstanceIds,
                                   kType,
                                   kParams,
                                   mdev::kTypes,
                                   mdev::kTypeName,
                                   mdev::kCreate,
                                   mdev::kMdevs,
                                   mdev::kRemove,
                                   mdev::kMdevGroup,
                                   mdev::kDefinitions,
                                   mdev::kDefinition};

/// Before the number of a type in its folder's name.
inline constexpr std::string_view kPrefix = "nvidia-";

}  // namespace vfmgr::nvidia_mdev
