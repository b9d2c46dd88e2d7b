// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/resources.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vfmgr::sim {

/// What a real SR-IOV capability says.
struct DumpedSriov {
  std::uint16_t initial = 0, total = 0, enabled = 0, offset = 0, stride = 0, device = 0;
  /// VF BARs that are there, by number: 64-bit ones have two.
  struct Bar {
    VfBar bar;
    std::uint64_t address = 0;  ///< 0: none yet
    bool size_known = false;    ///< by VF Resizable BAR; else it is the least that a kernel takes
  };
  std::array<std::optional<Bar>, 6> bars;
};

/// Nothing: there is no such capability, it was not read whole, or it is one with which the kernel
/// makes no PF (drivers/pci/iov.c:sriov_init: no VFs, or nowhere for them to be).
std::optional<DumpedSriov> dumped_sriov(std::string_view config);

}  // namespace vfmgr::sim
