// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include "sim/machine.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// The base of a host file as text; docs/host-file.md describes it.
namespace vfmgr::sim {

struct Base {
  std::size_t bytes = 0;    ///< length of the base with its last line, "log"
  std::uint32_t lines = 0;  ///< how many lines that is
};

/// Reads the base into an empty machine. `file` is its name in messages. Errors: syntax, with the
/// line.
Result<Base> read_base(Machine& machine, std::string_view text, const std::string& file);
/// The machine as a base; reading it gives an equal machine.
std::string write_base(const Machine& machine);
/// The canonical dump: as the base, without what is no part of the host.
std::string dump_text(const Machine& machine);
/// Whether a path can stand in a base: relative, no "." or "..", no empty component, no control
/// character, nothing that reads as one of the base's own marks.
bool path_can_be_written(std::string_view path);

}  // namespace vfmgr::sim
