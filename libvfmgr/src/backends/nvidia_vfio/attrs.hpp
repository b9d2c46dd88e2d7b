// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/setting.hpp"

#include "backends/nvidia/attrs.hpp"
#include "core/attr.hpp"

#include <array>
#include <cerrno>
#include <string_view>

// The folder `nvidia/` of a VF under the vGPU host driver's own vfio. Its code is not public:
// README.md names who saw what. What it does inside is OGKM's: src/nvidia/src/kernel/
// virtualization/kernel_vgpu_mgr.c.
namespace vfmgr::nvidia_vfio {

// kernel_vgpu_mgr.c: whatever it refuses was seen as EIO; EINVAL: not a number (lib/kstrtox.c).
inline constexpr std::array kTypeErrnos{
    Refusal{
        EIO,
        "the driver refused it: there is no room for this type beside the others, it is none of "
        "this GPU's, or a VM has the VF",
        "`vgpuctl show` tells what still fits; dmesg has what the driver said"},
    Refusal{EINVAL, "the driver does not take this text", ""},
    kGone,
    kForRootAlone,
    kMountedReadOnly};

inline constexpr std::string_view kSource = "NVIDIA vGPU 17 user guide 2.10.3";

/// The name of a type by its id, "none" for 0, the id where no table has it.
Setting spell_type(std::string_view text);

inline constexpr Attr kFolder{
    .pattern = "bus/pci/devices/{gpu}/virtfn{vf}/nvidia", .name = "vGPU files", .source = kSource};
inline constexpr Attr kCreatable{
    .pattern = "bus/pci/devices/{gpu}/virtfn{vf}/nvidia/creatable_vgpu_types",
    .name = "creatable vGPU types",
    .source = kSource};
/// The id of the VF's type, "0": it has none.
inline constexpr Attr kType{.pattern = "bus/pci/devices/{gpu}/virtfn{vf}/nvidia/current_vgpu_type",
                            .name = "vgpu_type",
                            .errnos = kTypeErrnos,
                            .source = kSource,
                            .spelled = spell_type};
inline constexpr Attr kParams{.pattern = "bus/pci/devices/{gpu}/virtfn{vf}/nvidia/vgpu_params",
                              .name = "vgpu_params",
                              .errnos = kTypeErrnos,
                              .source = kSource};
// The next two can't be read while the VF has no type (ENXIO), and older drivers lack them.
inline constexpr Attr kPlacement{.pattern = "bus/pci/devices/{gpu}/virtfn{vf}/nvidia/placement_id",
                                 .name = "placement",
                                 .errnos = kTypeErrnos,
                                 .source = kSource};
inline constexpr Attr kInstance{
    .pattern = "bus/pci/devices/{gpu}/virtfn{vf}/nvidia/gpu_instance_id",
    .name = "id of the MIG instance",
    .errnos = kTypeErrnos,
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
                                   kFolder,
                                   kCreatable,
                                   kType,
                                   kParams,
                                   kPlacement,
                                   kInstance};

/// No vGPU.
inline constexpr std::string_view kNone = "0";
/// What clears the parameters: a write of no bytes never reaches the driver.
inline constexpr std::string_view kNoParams = " ";

}  // namespace vfmgr::nvidia_vfio
