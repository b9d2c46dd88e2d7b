// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where VMs' definitions are kept on a host: they are looked at, never written.

#include "core/attr.hpp"

#include <array>

namespace vfmgr::vms {

// libvirt's QEMU driver: src/qemu/qemu_conf.c, configDir "SYSCONFDIR/libvirt/qemu", a file
// NAME.xml for each domain that is defined.
inline constexpr Attr kLibvirtFolder{.in = In::etc,
                                     .pattern = "libvirt/qemu",
                                     .name = "libvirt domains",
                                     .source = "libvirt src/qemu/qemu_conf.c"};
inline constexpr Attr kLibvirtDomain{.in = In::etc,
                                     .pattern = "libvirt/qemu/{name}",
                                     .name = "libvirt domain",
                                     .source = "libvirt src/qemu/qemu_conf.c"};
// Proxmox VE: pve-guest-common, "/etc/pve/qemu-server/<VMID>.conf" (qm.conf(5)).
inline constexpr Attr kProxmoxFolder{
    .in = In::etc, .pattern = "pve/qemu-server", .name = "Proxmox VMs", .source = "qm.conf(5)"};
inline constexpr Attr kProxmoxVm{.in = In::etc,
                                 .pattern = "pve/qemu-server/{name}",
                                 .name = "Proxmox VM",
                                 .source = "qm.conf(5)"};
inline constexpr Attr kProxmoxMappings{.in = In::etc,
                                       .pattern = "pve/mapping/pci.cfg",
                                       .name = "Proxmox PCI mappings",
                                       .source = "Proxmox VE API, /cluster/mapping/pci"};

inline constexpr std::array kAttrs{
    kLibvirtFolder, kLibvirtDomain, kProxmoxFolder, kProxmoxVm, kProxmoxMappings};

}  // namespace vfmgr::vms
