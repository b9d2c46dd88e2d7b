// SPDX-License-Identifier: Apache-2.0
#pragma once

// What writes to the PCI core's files (attrs.hpp) fail with, and what that means there.

#include "core/refusal.hpp"

#include <array>
#include <cerrno>

namespace vfmgr::pci {

// iov.c:sriov_numvfs_store and sriov_enable (6.1.192 to 7.2.13), and what drivers add:
// xe_pci_sriov.c:xe_pci_sriov_configure (7.0; ENOSPC, EUCLEAN by xe_sriov_pf_provision.c, 6.19),
// virtio_pci_common.c:virtio_pci_sriov_configure (EBUSY, EINVAL). EPERM:
// pci_sriov_configure_simple.
inline constexpr std::array kNumVfsErrnos{
    Refusal{
        EINVAL,
        "this is no count that the kernel takes, or the PF's driver can't make VFs as it is now",
        "the kernel's log tells more: dmesg"},
    Refusal{ERANGE,
            "more VFs than sriov_totalvfs; the driver has lowered it since this was planned",
            "ask for fewer: `vgpuctl show` has the most there can be"},
    Refusal{ENOENT,
            "the PF has no driver, or one that makes no VFs this way",
            "load and bind the PF's driver first; `vgpuctl show` names it and says why not"},
    Refusal{
        EBUSY,
        "there are other VFs, which have to be removed first, or the driver is at work: a reset "
        "is going on, or it is not ready yet",
        "somebody else may have made VFs meanwhile: plan again"},
    Refusal{ENOMEM,
            "the firmware or a bridge leaves no room for so many VFs: address space for their BARs "
            "or bus numbers are missing",
            "ask for fewer, or switch on Above 4G Decoding and SR-IOV in the firmware's setup, or "
            "boot with pci=realloc; dmesg says which is missing"},
    Refusal{ENOSPC,
            "the device has not as much left as so many VFs take",
            "ask for fewer VFs or less VRAM for each; dmesg says what ran out"},
    Refusal{
        EUCLEAN,
        "the driver shares out by itself and finds that a VF has something already",
        "set the same for all VFs or for none; quotas that others left are set to 0 by teardown"},
    Refusal{EIO,
            "the device's SR-IOV capability is wrong (InitialVFs), or its firmware refused",
            "dmesg says which; a cold start of the machine helps firmware that hangs"},
    Refusal{ENOSYS,
            "the device is no PF after all, or depends on one that is none",
            "`vgpuctl show` has what is known of it"},
    Refusal{ENODEV,
            "the device is gone, or the PF that it depends on is, or it is not in PF mode",
            "dmesg says which; some drivers make VFs only with an option that is set when they are "
            "loaded"},
    Refusal{EAGAIN, "its driver is not ready yet", "run it again in some seconds"},
    Refusal{
        EPERM, "the driver lets no VF go that a guest has", "stop the VMs that use its VFs first"},
    kForRootAlone,
    kMountedReadOnly};
// iov.c:sriov_drivers_autoprobe_store (5.10 to 7.2): kstrtobool
inline constexpr std::array kAutoprobeErrnos{
    Refusal{EINVAL, "neither 0 nor 1", ""}, kGone, kForRootAlone, kMountedReadOnly};
// base/driver.c:driver_set_override (6.1), dd.c:__device_set_driver_override (7.2)
inline constexpr std::array kOverrideErrnos{
    Refusal{EINVAL, "too long for a driver's name (a page at most)", "look at `vf_driver`"},
    kNoMemory,
    kGone,
    kForRootAlone,
    kMountedReadOnly};
// bus.c:bind_store, dd.c:device_driver_attach (6.1 to 7.2; 5.10 says ENODEV to everything), with
// pci-driver.c:pci_device_can_probe. The rest are drivers' own probes: vfio/group.c:
// vfio_group_find_or_alloc (EINVAL), vfio_pci_core.c:vfio_pci_core_register_device (EBUSY, a PF
// with VFs), iommu.c:iommu_device_use_default_domain (EBUSY).
inline constexpr std::array kBindErrnos{
    Refusal{ENODEV,
            "this driver does not take the device, or the device is gone",
            "is it the right driver for a VF of this GPU? dmesg has what its probe said"},
    Refusal{
        EBUSY,
        "it has a driver already, or its IOMMU group belongs to vfio, or it is a PF that has VFs",
        "what shares its group has to be on the same kind of driver: `vgpuctl show` names the "
        "groups"},
    Refusal{EAGAIN,
            "its driver waits for something else to come first",
            "run it again in some seconds; dmesg says for what"},
    Refusal{
        EINVAL,
        "the driver refused the device; vfio-pci does where it is behind no IOMMU, or is on its "
        "list of devices that it may not have",
        "switch the IOMMU on: in the firmware's setup, and by intel_iommu=on on the kernel's "
        "command line"},
    kNoMemory,
    Refusal{EIO,
            "the driver's start failed: the device or its firmware does not answer",
            "dmesg has what its probe said"},
    Refusal{EPERM,
            "the kernel does not let this driver have it (lockdown, or an IOMMU without interrupt "
            "remapping)",
            "dmesg says which"},
    kForRootAlone,
    kMountedReadOnly};
// bus.c:unbind_store
inline constexpr std::array kUnbindErrnos{
    Refusal{ENODEV,
            "the device is gone, or another driver has it by now",
            "somebody else binds drivers here: plan again"},
    kForRootAlone,
    kMountedReadOnly};
// bus.c:drivers_probe_store, bus_rescan_devices_helper
inline constexpr std::array kProbeErrnos{
    Refusal{ENODEV, "there is no such device on the bus", "plan again"},
    Refusal{EINVAL, "the driver that matches could not be attached", "dmesg has what it said"},
    kForRootAlone,
    kMountedReadOnly};
// iov.c:sriov_vf_msix_count_store (5.13 to 7.2): EINVAL, EOPNOTSUPP, EBUSY; the rest are drivers'
// own (mlx5 core/pci_irq.c:mlx5_set_msix_vec_count: EINVAL, EOVERFLOW, ENOMEM, what firmware
// answers; ice_sriov.c:ice_sriov_set_msix_vec_count: ENOENT).
inline constexpr std::array kMsixErrnos{
    Refusal{EINVAL, "no number of vectors that this device takes", "`vgpuctl show` has the range"},
    Refusal{EOPNOTSUPP, "the PF's driver can't set its VFs' vectors", "leave `msix` out"},
    Refusal{EBUSY,
            "the VF has a driver, and vectors are set only while it has none",
            "somebody else has bound it meanwhile: plan again"},
    Refusal{EOVERFLOW, "more vectors than a VF of this device can have", "ask for fewer"},
    Refusal{ENOENT, "the PF's driver does not know this VF (any more)", "plan again"},
    Refusal{ENOMEM, "all vectors of the device are given out", "ask for fewer, or less for others"},
    Refusal{EIO, "the device's firmware refused", "dmesg has what it said"},
    kGone,
    kForRootAlone,
    kMountedReadOnly};
// kernel/module/main.c: finit_module, delete_module; ENOENT: modprobe knows no such module.
// Lockdown (security/lockdown) says EPERM.
inline constexpr std::array kModuleErrnos{
    Refusal{ENOENT,
            "there is no such module for this kernel",
            "install the driver's package for the kernel that runs (uname -r)"},
    Refusal{EPERM,
            "the kernel takes no such module: it is locked down, or this is not root",
            "with Secure Boot modules have to be signed by a key that the kernel knows"},
    Refusal{ENOEXEC,
            "it was built for another kernel",
            "build or install it for the kernel that runs (uname -r)"},
    kNoMemory,
    Refusal{EBUSY,
            "somebody uses the module, or another load of it is under way",
            "lsmod names what uses it"},
    Refusal{EAGAIN, "somebody uses the module", "lsmod names what uses it"}};

}  // namespace vfmgr::pci
