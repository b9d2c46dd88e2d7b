// SPDX-License-Identifier: Apache-2.0
// Sources: L40S from harvester/pcidevices (pkg/util/gpuhelper/testdata), L4-6Q from the vGPU 17
// user guide (its nvidia-smi output shows type 0x392); device ids from NVIDIA
// open-gpu-kernel-modules 595.45.04 g_nv_name_released.h. Inferred: all others, in the order of the
// guests' subsystem ids (g_vgpu_chip_flags.h there) between ids that are known; L40S's C types are
// the weakest of them.
#include "backends/nvidia/card_rows.hpp"

#include <array>
#include <span>

namespace vfmgr::nvidia {

namespace {

constexpr std::array<CardRow, 2> kAda{{
    {.name = "NVIDIA L40S",
     .gib = 48,
     .devices = {{{0x26b9}}},
     .runs = {{{1145, "1B 2B"},
               {1147, "1Q 2Q 3Q 4Q 6Q 8Q 12Q 16Q 24Q 48Q"},
               {1157, "1A 2A 3A 4A 6A 8A 12A 16A 24A 48A"},
               {1179, "4C 6C 8C 12C 16C 24C 48C", true},
               {2164, "3B"}}},
     .ada = true},
    {.name = "NVIDIA L4",
     .gib = 24,
     .devices = {{{0x27b8}}},
     .runs = {{{908, "1B 2B 1Q 2Q 3Q 4Q", true},
               {914, "6Q"},
               {915, "8Q 12Q 24Q", true},
               {918, "1A 2A 3A 4A 6A 8A 12A 24A", true},
               {934, "4C 6C 8C 12C 24C", true},
               {2167, "3B", true}}},
     .ada = true},
}};

}  // namespace

std::span<const CardRow> ada_rows() {
  return kAda;
}

}  // namespace vfmgr::nvidia
