// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/machine.hpp"

namespace vfmgr::sim {

/// Whether the host's kernel is locked down, in any mode: `kernel/security/lockdown` in sys.
bool is_locked_down(const Machine& machine);

}  // namespace vfmgr::sim
