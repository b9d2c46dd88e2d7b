// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/place.hpp"

#include "sim/machine.hpp"
#include "sim/tools.hpp"

#include <optional>
#include <string>
#include <vector>

// Armed faults: they name a place and a turn, so they hold under threads.
namespace vfmgr::sim {

void add_fault(Machine& machine, const Fault& fault);
void drop_faults(Machine& machine);
/// The fault that the next write to this place meets. With several at once the first one armed.
std::optional<Fault> next_fault(const Machine& machine, const Place& place);
/// Counts a write to this place: turns go down by one, and the fault that is met is taken away.
std::optional<Fault> take_fault(Machine& machine, const Place& place);
/// The process was stopped before the write: the fault has only its errno left, or is gone.
void spend_stop(Machine& machine, const Place& place);

/// A fault as the fields of a record, and back; nothing: malformed.
std::vector<std::string> fault_fields(const Fault& fault);
std::optional<Fault> fault_of(const std::vector<std::string>& fields);

}  // namespace vfmgr::sim
