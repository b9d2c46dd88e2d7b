// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "backends/intel/columns.hpp"
#include "core/attributes.hpp"
#include "core/settings.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace vfmgr::intel {

/// How much of something there is for VFs and PF together.
struct Stock {
  Key key;
  std::uint64_t most;
  std::uint64_t kept;  ///< the least that stays the PF's
};

/// What a GPU has to give out, and what a VF has to have where somebody gives it out by hand.
struct Stocks {
  std::optional<std::uint64_t> vram;  ///< in bytes, of the whole card; none: not known
  std::uint64_t least_reserve = 0;    ///< of that, what stays the PF's
  std::vector<Stock> others;
  std::vector<Key> whole;          ///< all of these, or none
  bool reserve_is_manual = false;  ///< keeping VRAM for the PF ends the driver's sharing out, too
};

/// Why this driver would not have it, or what would become of the VFs: each fault at its spot.
std::vector<Error> fits(const Gpu& pf,
                        const Files& files,
                        const Stocks& stocks,
                        const State& now,
                        const Desired& desired);

}  // namespace vfmgr::intel
