// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace vfmgr::amd_gim {

/// A GPU that this driver takes.
struct Card {
  std::uint16_t device = 0;
  std::uint32_t dies = 0;  ///< accelerator dies (XCC) to be grouped; 0: none
  bool coupled = false;    ///< modes and count of VFs are coupled as the source of MI300 has it
  bool shares = false;     ///< memory and time can be given to each VF
};

/// nullptr: another device.
const Card* card_of(std::uint16_t device);

}  // namespace vfmgr::amd_gim
