// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "sim/driver.hpp"
#include "sim/machine.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

// MSI-X vectors of VFs: drivers/pci/iov.c:sriov_vf_msix_count_store, sriov_vf_total_msix_show, and
// what comes of them in a VF's configuration space.
namespace vfmgr::sim {

/// What a PF's driver says of vectors; nothing: it has no such callbacks, or there is no driver.
std::optional<VectorPool> pool_of(const Machine& machine, const PciAddress& pf);

/// The configuration space of a VF with an MSI-X table of this size, 256 bytes of it.
std::string vf_config(std::uint32_t vectors);

/// The most that kstrtoint takes.
inline constexpr std::uint64_t kMostInt = std::numeric_limits<std::int32_t>::max();

/// A write to a VF's sriov_vf_msix_count, behind its locks.
int write_vectors(Machine& machine, const PciAddress& vf, std::string_view bytes);

/// Shows in the PF's sriov_vf_total_msix what its driver says; where the kernel has that file.
void show_pool(Machine& machine, const PciAddress& pf);

}  // namespace vfmgr::sim
