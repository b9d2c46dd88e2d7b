// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include "sim/machine.hpp"

#include <string>
#include <vector>

// What happens to a host, one line of its log each. The same function does it live and in a replay,
// so that both come to the same machine.
namespace vfmgr::sim {

/// The fields of a record but for the last, which is the errno that came out:
///   w PLACE BYTES LIMIT_MS    a write reached the kernel
///   t MS                      time passed while somebody waited
///   f PLACE TURN ERRNO half|whole no|before|after    a fault was armed
///   x PLACE                   a process was stopped before its write
///   d                         faults were disarmed
///   hold ADDRESS PID VM, release ADDRESS             a VM takes a VF, or lets go
///   vanish ADDRESS MS         a function will disappear
///   poke PLACE BYTES          a file was changed behind the drivers' backs
using Command = std::vector<std::string>;

struct Done {
  int error = 0;            ///< errno; EINPROGRESS: in flight
  bool stop_after = false;  ///< an armed fault wants the process stopped
};

/// Does it. Errors: syntax (no such command, malformed fields).
Result<Done> carry_out(Machine& machine, const Command& command);

}  // namespace vfmgr::sim
