// SPDX-License-Identifier: Apache-2.0
#include "backends/amd_gim/cards.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace vfmgr::amd_gim {

namespace {

// amd/MxGPU-Virtualization libgv/core/amdgv_device.c, amdgv_marketing_name.c (695afe2); those that
// later versions added have no source of their modes there. Dies:
// libgv/core/hw/AI/mi300/mi300_gpumon.c.
constexpr std::array kCards{Card{.device = 0x74a1, .dies = 8, .coupled = true},  // MI300X
                            Card{.device = 0x74a2, .dies = 4, .coupled = true},  // MI308X
                            Card{.device = 0x74a8, .dies = 4, .coupled = true},  // MI308X HF
                            Card{.device = 0x74a5, .dies = 8, .coupled = true},  // MI325X
                            Card{.device = 0x74a9, .dies = 8, .coupled = true},  // MI300X HF
                            Card{.device = 0x75a0, .dies = 8},                   // MI350X
                            Card{.device = 0x75a1, .dies = 8},
                            Card{.device = 0x75a3, .dies = 8},       // MI355X
                            Card{.device = 0x7408},                  // MI250X
                            Card{.device = 0x740c},                  // MI250X, MI250
                            Card{.device = 0x740f},                  // MI210
                            Card{.device = 0x7460, .shares = true},  // V710
                            Card{.device = 0x73c8, .shares = true}};

}  // namespace

const Card* card_of(std::uint16_t device) {
  const auto* const found = std::ranges::find(kCards, device, &Card::device);
  return found == kCards.end() ? nullptr : &*found;
}

}  // namespace vfmgr::amd_gim
