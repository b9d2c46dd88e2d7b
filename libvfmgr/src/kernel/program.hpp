// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "kernel/files.hpp"
#include "kernel/helper.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace vfmgr {

/// How a program ended that did not end well.
struct Failed {
  int os_error = 0;  ///< it could not be started
  std::string how;   ///< "ended with exit status 1"
  std::string said;  ///< the last line it wrote to stderr; may be empty
};

/// Runs a program below the root in a helper process: no shell, no environment but a plain PATH and
/// LC_ALL=C, nothing to read and nowhere to write but its last words. `path` is relative to the
/// root, `arguments` come behind its own name. Nothing: exit status 0.
/// Errors: in_flight (it runs past the limit; it is not killed), io.
Result<std::optional<Failed>> run_program(const Files& files,
                                          Helpers& helpers,
                                          const Place& place,
                                          const std::string& path,
                                          const std::vector<std::string>& arguments,
                                          Milliseconds limit);

/// `program:PATH`: writing runs it; the bytes are its arguments, between single spaces.
/// Errors: as above; io with its exit status and last words in `why`.
Result<void> write_program(const Files& files,
                           Helpers& helpers,
                           const Place& place,
                           std::string_view bytes,
                           Milliseconds limit);

/// Reading `program:PATH` tells that it is there: "installed". Errors: its errno.
Result<std::string> read_program(const Files& files, const Place& place);

}  // namespace vfmgr
