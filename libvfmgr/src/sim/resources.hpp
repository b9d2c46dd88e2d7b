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
// capability has: "BAR:BYTES:FLAGS" with BYTES per VF in hex, separated by spaces.
namespace vfmgr::sim {

struct VfBar {
  std::uint32_t bar = 0;    ///< 0..5
  std::uint64_t bytes = 0;  ///< of one VF
  std::uint64_t flags = 0;  ///< IORESOURCE_* (include/linux/ioport.h)
};

/// Nothing: the text is malformed.
std::optional<std::vector<VfBar>> parse_vf_bars(std::string_view text);
std::string spell_vf_bars(const std::vector<VfBar>& bars);

/// One line of a resource file: "0x… 0x… 0x…" and a newline (pci-sysfs.c:resource_show).
std::string resource_line(std::uint64_t start, std::uint64_t end, std::uint64_t flags);

/// The resource file of VF `index`: its slice of each window (iov.c:pci_iov_add_virtfn).
std::string vf_resource(const Machine& machine, const PciAddress& pf, std::uint32_t index);

/// Whether every VF BAR that the capability has got a window (iov.c:sriov_enable counts resources
/// with a parent).
bool vf_windows_assigned(const Machine& machine, const PciAddress& pf);

}  // namespace vfmgr::sim
