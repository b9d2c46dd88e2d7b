// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backends/intel_xe/interface.hpp"
#include "core/settings.hpp"

namespace vfmgr::intel_xe {

/// Adds what this kernel lets a profile ask for; `dear`: what debugfs alone has, else the rest.
/// Where debugfs can't be looked at, the facts tell why its keys are not there.
void add_offers(const Interface& has, bool dear, GpuFacts& facts);

}  // namespace vfmgr::intel_xe
