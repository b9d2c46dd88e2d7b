// SPDX-License-Identifier: Apache-2.0
#include "sim/lockdown.hpp"

#include "pci/lockdown.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"

#include <string>

namespace vfmgr::sim {

bool is_locked_down(const Machine& machine) {
  const std::string* const text = machine.tree().text(Space::sys, "kernel/security/lockdown");
  return text != nullptr && !pci::lockdown_in(*text).empty();
}

}  // namespace vfmgr::sim
