// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "core/settings.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace vfmgr::intel_xe {

/// What a card of this kind has for all its VFs and itself, in bytes, as it is sold; none: no table
/// has it, or it has no memory of its own.
std::optional<std::uint64_t> nominal_vram(const Gpu& pf);

/// Why this driver would not have it, or what would become of the VFs: each fault at its spot.
std::vector<Error> fits(const Gpu& pf, const State& now, const Desired& desired);

}  // namespace vfmgr::intel_xe
