// SPDX-License-Identifier: Apache-2.0
// Sources: ids in GPU instances from NVIDIA open-gpu-kernel-modules 595.45.04
// g_vgpu_resman_specific.h; device ids from its g_nv_name_released.h; DC-3Q, DC-3A and DC-6Q from
// bigstack-oss/cubecos issue 312 (a real host, 580.105.06). Inferred: the other time-sliced ids, in
// the order of the guests' subsystem ids (g_vgpu_chip_flags.h) between those three and the first
// id in an instance. The gaming types of the same cards, whose names tell no size, are left out.
#include "backends/nvidia/card_rows.hpp"

#include <array>
#include <span>

namespace vfmgr::nvidia {

namespace {

constexpr std::array<CardRow, 5> kBlackwell{{
    {.name = "NVIDIA RTX Pro 6000 Blackwell DC",
     .gib = 96,
     .instances = Instances::graphics,
     .devices = {{{0x2bb5}}},
     .runs = {{{1518, "2B", true},
               {1519, "3Q 3A"},
               {1521, "4Q 4A", true},
               {1523, "6Q"},
               {1524,
                "6A 8Q 8A 8C 12Q 12A 12C 16Q 16A 16C 24Q 24A 24C 32Q 32A 32C 48Q 48A 48C 96Q 96A "
                "96C",
                true},
               {1546,
                "1-2Q 1-2A 1-2B 1-3Q 1-3A 1-4Q 1-4A 1-6Q 1-6A 1-8Q 1-8A 1-8C 1-12Q 1-12A 1-12C "
                "1-24Q 1-24A 1-24C 2-12Q 2-12A 2-12C 2-16Q 2-16A 2-16C 2-24Q 2-24A 2-24C 2-48Q "
                "2-48A 2-48C 4-24Q 4-24A 4-24C 4-32Q 4-32A 4-32C 4-48Q 4-48A 4-48C 4-96Q 4-96A "
                "4-96C"},
               {2158, "1-3B"},
               {2159, "3B", true}}}},
    {.name = "NVIDIA RTX 6000D",
     .gib = 84,
     .instances = Instances::unknown_graphics,
     .devices = {{{0x2bb9}}},
     .runs = {{{2199, "1-42Q 1-42A 1-42C 1-42 2-84Q 2-84A 2-84C 2-84"}}}},
    // These have one time-sliced type only, of the whole GPU: no two sizes to mix.
    {.name = "NVIDIA B200X",
     .gib = 180,
     .instances = Instances::seven,
     .devices = {{{0x2901}}},
     .runs = {{{2151, "1-23CME 1-23C 1-45C 2-45C 3-90C 4-90C 7-180C"}}},
     .mixes = false},
    {.name = "NVIDIA GB200",
     .gib = 189,
     .instances = Instances::seven,
     .devices = {{{0x2941}}},
     .runs = {{{1445, "1-24CME 1-24C 2-47C 4-95C"}, {1458, "1-47C 3-95C 7-189C"}}},
     .mixes = false},
    {.name = "NVIDIA B300X",
     .gib = 269,
     .instances = Instances::seven,
     .devices = {{{0x3182}}},
     .runs = {{{2258, "1-34C 1-34CME 1-67C 2-67C 3-135C 4-135C 7-269C"}}},
     .mixes = false},
}};

}  // namespace

std::span<const CardRow> blackwell_rows() {
  return kBlackwell;
}

}  // namespace vfmgr::nvidia
