// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/drivers/i915_card.hpp"
#include "sim/machine.hpp"

#include <string_view>

namespace vfmgr::sim::i915 {

/// A write to a file of the tree. 0 or an errno.
int store(Machine& machine, const Card& card, const File& file, std::string_view bytes);

}  // namespace vfmgr::sim::i915
