// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"

#include <cstdint>
#include <string_view>

namespace vfmgr::pci {

/// How long a write is expected to take, and what for.
struct Expected {
  std::uint64_t us = 0;  ///< 0: it returns at once
  std::string_view why;
};

/// By what the PCI core does for it; drivers' own work is added only where it is known.
Expected expected(const Change& change);

}  // namespace vfmgr::pci
