// SPDX-License-Identifier: Apache-2.0
// What a GPU has left to give out, where its driver tells.
#pragma once

#include "vfmgr/state.hpp"

#include "backends/intel/columns.hpp"
#include "backends/intel/fits.hpp"
#include "core/attr.hpp"

#include <cstdint>
#include <vector>

namespace vfmgr::intel {

/// What is left on a GT beside what VFs have.
struct Left {
  const Attr* quota = nullptr;  ///< the file of which VFs have theirs
  std::uint64_t amount = 0;
  std::uint64_t kept = 0;  ///< of that, what the PF keeps
};

/// Sets the stocks of a GPU by it: what is left and what VFs have is what VFs can have. A quota
/// that is given on each GT can be as much as the least of them has; VRAM is gathered from all
/// tiles.
void narrow(Stocks& stocks, const Files& files, const State& now, const std::vector<Left>& left);

}  // namespace vfmgr::intel
