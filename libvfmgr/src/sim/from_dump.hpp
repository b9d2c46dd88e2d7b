// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/lspci_dump.hpp"
#include "sim/machine.hpp"
#include "sim/models.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace vfmgr::sim {

/// A host that was made from what lspci printed on a real one.
struct DumpedHost {
  Machine machine;
  std::size_t functions = 0, pfs = 0;  ///< how many there are, and how many of them have SR-IOV
  bool gpus = false;                   ///< whether one of those is a display or an accelerator
  std::vector<std::string> notes;      ///< what is otherwise than on the real one, in words
};

/// Each function with its configuration space, below its bridge where the dump has that. A PF has
/// what its SR-IOV capability says, and no VFs yet. It is on the driver that it was on where that
/// is simulated with this device (`models`), or is one that any device can be on; else on none.
DumpedHost machine_of_dump(std::span<const DumpedFunction> dump, std::span<const Model> models);

}  // namespace vfmgr::sim
