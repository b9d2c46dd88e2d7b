// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "sim/machine.hpp"

#include <string>
#include <string_view>

namespace vfmgr::sim {

/// What became of a write.
struct Outcome {
  int error = 0;            ///< errno; EINPROGRESS: it waits, and may still act
  bool stop_after = false;  ///< an armed fault wants the process stopped now
};

/// One write(2) as the simulated kernel takes it, armed faults included. A write that would block
/// lets `limit` pass, stays pending and holds its locks.
Outcome kernel_write(Machine& machine,
                     const Place& place,
                     std::string_view bytes,
                     Milliseconds limit);
/// Somebody let go: what waits is tried again, in order.
void resume_pending(Machine& machine);
/// Whether reading this file would block: of what a pending write's lock protects
/// (iov.c:sriov_numvfs_show; driver_override before 6.12).
bool read_blocks(const Machine& machine, std::string_view canonical_path);

}  // namespace vfmgr::sim
