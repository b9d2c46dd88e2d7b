// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/machine.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Memory windows as the `resource` file shows them. A PF's fact "vf_bars" says which VF BARs its
// capability has: "BAR:BYTES:FLAGS" with BYTES per VF in hex, separated by spaces; of one that can
// be resized ":SIZES" follows, whose bit n stands for 2^(20+n) bytes.
namespace vfmgr::sim {

struct VfBar {
  std::uint32_t bar = 0;    ///< 0..5
  std::uint64_t bytes = 0;  ///< of one VF
  std::uint64_t flags = 0;  ///< IORESOURCE_* (include/linux/ioport.h)
  std::uint64_t sizes = 0;  ///< bit n: it can have 2^(20+n) bytes; 0: it can't be resized
};

/// Nothing: the text is malformed.
std::optional<std::vector<VfBar>> parse_vf_bars(std::string_view text);
std::string spell_vf_bars(const std::vector<VfBar>& bars);

/// Gives a VF BAR that can be resized the largest size of which its window holds `vfs`
/// (drivers/pci/iov.c:pci_iov_vf_bar_get_sizes and _set_size, Linux 6.17). One that can't stays.
void resize_vf_bar(Machine& machine, const PciAddress& pf, std::uint32_t bar, std::uint32_t vfs);

/// Takes that back. The kernel leaves the size as it is when VFs go, and each driver that sets it
/// does so anew before they come; so that a host is as it was once they are gone, it is here, too.
void forget_vf_bar_sizes(Machine& machine, const PciAddress& pf);

/// The VF BARs as they are now; none: the host says nothing of them.
std::optional<std::vector<VfBar>> vf_bars_of(const Machine& machine, const PciAddress& pf);

/// One line of a resource file: "0x… 0x… 0x…" and a newline (pci-sysfs.c:resource_show).
std::string resource_line(std::uint64_t start, std::uint64_t end, std::uint64_t flags);

/// The resource file of VF `index`: its slice of each window (iov.c:pci_iov_add_virtfn).
std::string vf_resource(const Machine& machine, const PciAddress& pf, std::uint32_t index);

/// Whether every VF BAR that the capability has got a window (iov.c:sriov_enable counts resources
/// with a parent).
bool vf_windows_assigned(const Machine& machine, const PciAddress& pf);

}  // namespace vfmgr::sim
