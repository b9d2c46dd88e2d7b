// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "core/settings.hpp"
#include "kernel/kernel.hpp"

#include <cstdint>
#include <vector>

namespace vfmgr {

// MSI-X vectors of VFs (`msix`): the PCI core's, so that every backend has them where the PF's
// driver does (iov.c:sriov_vf_msix_count_store and sriov_vf_total_msix_show, Linux 5.13).

/// Adds the offer to a PF's facts, or why there is none. Takes the PF's device lock.
void ask_vectors(const Kernel& kernel, GpuFacts& facts);

/// Records how many vectors each of the PF's VFs has, and how many there are for all of them.
/// Records nothing where the driver has none to give: then no run can move them.
void probe_vectors(const Kernel& kernel, const Gpu& pf, std::uint32_t count, State& into);

/// Whether a record was made with an eye on vectors.
bool has_vectors(const State& state, const PciAddress& pf);

/// Completes the vectors of the `count` VFs that there will be. `target` has none of VFs that go or
/// come.
void complete_vectors(const PciAddress& pf,
                      const State& now,
                      const Desired& desired,
                      std::uint32_t count,
                      bool made_anew,
                      State& target);

/// Why the vectors asked for can't be: more in all than there are, VFs that have no MSI-X or whose
/// number can't be read.
std::vector<Error> fits_vectors(const PciAddress& pf,
                                const State& now,
                                const Desired& desired,
                                std::uint32_t count,
                                bool made_anew);

}  // namespace vfmgr
