// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include "sim/machine.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vfmgr::sim {

struct Replayed {
  std::size_t good_bytes = 0;  ///< length of the whole records
  std::uint32_t lines = 0;     ///< how many
  bool torn = false;
};

/// Does to the machine what a piece of log says. Each record ends with the errno that came out when
/// it was written; another one now is damage: the rules are deterministic. `first_line` is the
/// piece's first line in the file. Errors: syntax, with the line.
Result<Replayed> replay(Machine& machine,
                        std::string_view log,
                        const std::string& file,
                        std::uint32_t first_line);

}  // namespace vfmgr::sim
