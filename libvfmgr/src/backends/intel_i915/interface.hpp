// SPDX-License-Identifier: Apache-2.0
// What this driver has for a PF.
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/state.hpp"

#include "backends/intel/columns.hpp"
#include "backends/intel/fits.hpp"
#include "backends/intel/left.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"

#include <string>
#include <vector>

namespace vfmgr::intel_i915 {

/// The name of the PF's card ("card1") where it has the tree; empty: it has none.
std::string card_of(const Kernel& kernel, const PciAddress& pf);
/// The same, of a record.
std::string card_of(const State& state, const PciAddress& pf);

/// Every file that any form of the driver has for a PF and its VFs.
intel::Files files_of(const Gpu& pf, std::string card);

/// What a GPU has to give out.
intel::Stocks stocks_of(const Gpu& pf);

/// What is left of it on each GT beside what VFs have, as the driver tells (`available/`).
std::vector<intel::Left> left_of(const Kernel& kernel, const intel::Files& files);

/// Adds what a profile may ask for.
void add_offers(const Kernel& kernel, const std::string& card, bool dear, GpuFacts& facts);

}  // namespace vfmgr::intel_i915
