// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "kernel/kernel.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::vms {

/// A function, or all functions of a slot, that a definition names.
struct Named {
  PciAddress address;
  bool whole_slot = false;  ///< all functions of the slot
  [[nodiscard]] bool names(const PciAddress& function) const;
};

/// What a VM's stored definition says of the PCI functions that it is given.
struct Definition {
  std::string vm;
  std::string file;  ///< "/etc/libvirt/qemu/web.xml"
  std::vector<Named> functions;
};

/// Of a libvirt domain: its `name`, and the source address of each PCI `hostdev`. Errors: syntax.
Result<Definition> read_libvirt(std::string_view xml);

/// Proxmox's resource mappings: the functions behind each name.
using Mappings = std::map<std::string, std::vector<Named>, std::less<>>;
Mappings read_mappings(std::string_view text);
/// Of a Proxmox VM: `name`, and each `hostpciN`, by address or by mapping; snapshots are left out.
Definition read_proxmox(std::string_view text, const Mappings& mappings);

/// All definitions on this host that name any function, in the order of their files. One that can't
/// be read names none; who may not look into the folder sees none.
std::vector<Definition> stored_definitions(const Kernel& kernel);

}  // namespace vfmgr::vms
