// SPDX-License-Identifier: Apache-2.0
#include "engine/stop.hpp"

#include "vfmgr/result.hpp"

#include <cerrno>

namespace vfmgr {

Error stopped() {
  return {.kind = ErrorKind::io,
          .os_error = EINTR,
          .subject = "run",
          .why = "it was asked to stop",
          .help = "run it again"};
}

}  // namespace vfmgr
