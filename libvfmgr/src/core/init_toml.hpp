// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"

#include "core/init_choice.hpp"

#include <span>
#include <string>

namespace vfmgr {

/// A GPU in a profile that is proposed.
struct ProposedGpu {
  const GpuView* gpu = nullptr;
  DurableName name;
  Start start;
  std::string left_out;  ///< why it gets no table; empty: it gets one
};

/// A profile that asks for these starts. What else each GPU could be given stands in it as
/// comments, with what it is for and where its range was read; each is right as soon as its # is
/// taken away.
std::string init_toml(std::span<const ProposedGpu> gpus, bool simulated);

}  // namespace vfmgr
