// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/attr.hpp"

#include <array>
#include <cerrno>
#include <string_view>

// Mediated devices as the kernel's mdev core shows them below a VF whose driver offers types
// (Linux Documentation/driver-api/vfio-mediated-device.rst; drivers/vfio/mdev), and mdevctl's
// definitions of them (mdevctl(8)).
namespace vfmgr::mdev {

// mdev_sysfs.c:create_store and mdev_core.c:mdev_device_create (6.1 to 7.2): EUSERS none left; the
// rest is its driver's probe (seen: EIO of NVIDIA's).
inline constexpr std::array kCreateErrnos{
    Refusal{EINVAL, "this is no UUID, or the driver refused it", "look at `uuid`"},
    Refusal{EEXIST,
            "a mediated device of this UUID is on the host already, maybe of another VF",
            "give it another `uuid`, or remove the other one first"},
    Refusal{EUSERS,
            "no more devices of this type are to be had",
            "`vgpuctl show` tells what still fits"},
    Refusal{ENODEV, "the VF's driver is going just now", "plan again"},
    kNoMemory,
    Refusal{EIO,
            "the driver refused to make it",
            "does this type still fit beside the others? dmesg has what it said"},
    kForRootAlone,
    kMountedReadOnly};
// mdev_sysfs.c:remove_store: EINVAL no number; ENODEV it is going already (device_remove_file_self)
inline constexpr std::array kRemoveErrnos{
    Refusal{EINVAL, "not a number", ""},
    Refusal{ENODEV, "it is being removed already", "drivers may do so when a VM ends: plan again"},
    Refusal{EAGAIN, "somebody has it open", "stop the VM that has it first"},
    kForRootAlone,
    kMountedReadOnly};

inline constexpr std::string_view kSource = "Linux ABI/testing/sysfs-bus-vfio-mdev";

inline constexpr Attr kTypes{.pattern = "bus/pci/devices/{gpu}/virtfn{vf}/mdev_supported_types",
                             .name = "mdev types",
                             .source = kSource};
inline constexpr Attr kTypeName{
    .pattern = "bus/pci/devices/{gpu}/virtfn{vf}/mdev_supported_types/{name}/name",
    .name = "mdev type's name",
    .source = kSource};
inline constexpr Attr kCreate{
    .pattern = "bus/pci/devices/{gpu}/virtfn{vf}/mdev_supported_types/{name}/create",
    .name = "vgpu_type",
    .errnos = kCreateErrnos,
    .source = kSource};
/// The mdevs of a VF, by their UUIDs.
inline constexpr Attr kMdevs{.as = As::uuids,
                             .pattern = "bus/pci/devices/{gpu}/virtfn{vf}",
                             .name = "uuid",
                             .source = kSource};
/// {name}: the mdev's UUID.
inline constexpr Attr kMdevType{.as = As::link,
                                .pattern = "bus/pci/devices/{gpu}/virtfn{vf}/{name}/mdev_type",
                                .name = "vgpu_type",
                                .source = kSource};
inline constexpr Attr kRemove{.pattern = "bus/pci/devices/{gpu}/virtfn{vf}/{name}/remove",
                              .name = "vgpu_type",
                              .errnos = kRemoveErrnos,
                              .source = kSource};
inline constexpr Attr kMdevGroup{.as = As::link,
                                 .pattern = "bus/pci/devices/{gpu}/virtfn{vf}/{name}/iommu_group",
                                 .name = "iommu_group",
                                 .source = kSource};
/// mdevctl's definitions for a parent, a file each; {gpu} is the VF's own address.
inline constexpr Attr kDefinitions{.in = In::etc,
                                   .pattern = "mdevctl.d/{gpu}",
                                   .name = "mdevctl's definitions",
                                   .source = "mdevctl(8)"};
inline constexpr Attr kDefinition{.in = In::etc,
                                  .pattern = "mdevctl.d/{gpu}/{name}",
                                  .name = "mdevctl's definition",
                                  .source = "mdevctl(8)"};

inline constexpr std::array kAttrs{
    kTypes, kTypeName, kCreate, kMdevs, kMdevType, kRemove, kMdevGroup, kDefinitions, kDefinition};

}  // namespace vfmgr::mdev
