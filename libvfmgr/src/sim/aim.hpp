// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "sim/machine.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::sim {

/// What a file is to the PCI core.
enum class Target : std::uint8_t {
  file,   ///< one of /etc: put in its place as a whole, or taken away
  plain,  ///< nothing: a driver's, or a plain attribute
  count,
  autoprobe,
  driver_override,
  vectors,
  remove,
  bind,
  unbind,
  probe,
  new_id,
  remove_id,
  module,
  dword  ///< of configuration space
};

/// Where a write goes.
struct Aim {
  int error = 0;  ///< why it goes nowhere: ENOENT, EACCES, EISDIR …
  Target target = Target::plain;
  In in = In::sys;
  std::string path;     ///< canonical
  PciAddress function;  ///< whose file it is, or whom the bytes name
  bool has_function = false;
  std::string driver;  ///< whose file it is; of a module its name
};

/// Follows the place to what it is.
Aim aim_at(const Machine& machine, const Place& place, std::string_view bytes);
/// What the store function refuses before it takes a lock: 0 or an errno.
int error_before_locks(const Machine& machine, const Aim& aim, std::string_view bytes);
/// The locks that the write takes and keeps until it returns.
std::vector<std::string> locks_of(const Machine& machine, const Aim& aim, std::string_view bytes);
/// The function that a loaded module's exit waits for before it touches anything.
std::optional<PciAddress> exit_waits_for(const Machine& machine, std::string_view module);
/// The function in use whose driver the write would have to remove; nothing: it would not wait.
std::optional<PciAddress> waits_for(const Machine& machine, const Aim& aim, std::string_view bytes);

}  // namespace vfmgr::sim
