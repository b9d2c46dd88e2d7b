// SPDX-License-Identifier: Apache-2.0
// Sources: time-sliced ids from the vgpuConfig.xml of vGPU 14 (driver 510.47.03), those of A2 also
// from harvester/pcidevices (pkg/util/gpuhelper/testdata); ids in GPU instances and aliases from
// NVIDIA open-gpu-kernel-modules 595.45.04 g_vgpu_resman_specific.h; device and subsystem ids from
// its g_nv_name_released.h. Inferred: 3B, in the order of the guests' subsystem ids
// (g_vgpu_chip_flags.h) between ids that are known.
#include "backends/nvidia/card_rows.hpp"

#include <array>
#include <span>

namespace vfmgr::nvidia {

namespace {

constexpr std::array<CardRow, 12> kAmpere{{
    {.name = "NVIDIA A40",
     .gib = 48,
     .devices = {{{0x2235}}},
     .runs = {{{555, "1B 2B"},
               {557, "1Q 2Q 3Q 4Q 6Q 8Q 12Q 16Q 24Q 48Q"},
               {567, "1A 2A 3A 4A 6A 8A 12A 16A 24A 48A"},
               {581, "4C 6C 8C 12C 16C 24C 48C"},
               {2172, "3B", true}}}},
    {.name = "NVIDIA A10",
     .gib = 24,
     .devices = {{{0x2236}}},
     .runs = {{{588, "1B 2B"},
               {590, "1Q 2Q 3Q 4Q 6Q 8Q 12Q 24Q"},
               {598, "1A 2A 3A 4A 6A 8A 12A 24A"},
               {610, "4C 6C 8C 12C 24C"},
               {2173, "3B", true}}}},
    // A16 and A2 share a device id; the board tells them apart.
    {.name = "NVIDIA A16",
     .gib = 16,
     .devices = {{{0x25b6, 0x14a9}}},
     .runs = {{{709, "1B 2B"},
               {711, "1Q 2Q 4Q 8Q 16Q"},
               {716, "1A 2A 4A 8A 16A"},
               {721, "4C 8C 16C"},
               {2175, "3B", true}}}},
    {.name = "NVIDIA A2",
     .gib = 16,
     .devices = {{{0x25b6, 0x157e}}},
     .runs = {{{742, "1B 2B"},
               {744, "1Q 2Q 4Q 8Q 16Q"},
               {749, "1A 2A 4A 8A 16A"},
               {754, "4C 8C 16C"},
               {2176, "3B", true}}}},
    {.name = "GRID A100",
     .gib = 40,
     .instances = Instances::seven,
     .devices = {{{0x20f1}}},
     .runs = {{{468, "4C 5C 8C 10C 20C 40C"},
               {474, "1-5C 2-10C 3-20C 4-20C 7-40C"},
               {706, "1-5CME"},
               {1053, "1-10C"}}}},
    {.name = "GRID A100X",
     .gib = 40,
     .instances = Instances::seven,
     .devices = {{{0x20b0}}},
     .runs = {{{457, "4C 5C 8C 10C 20C 40C"},
               {463, "1-5C 2-10C 3-20C 4-20C 7-40C"},
               {704, "1-5CME"},
               {1056, "1-10C"}}}},
    {.name = "GRID A100D",
     .gib = 80,
     .instances = Instances::seven,
     .devices = {{{0x20b5}, {0x20b8}}},
     .runs = {{{692, "4C 8C 10C 16C 20C 40C 80C"},
               {699, "1-10C 2-20C 3-40C 4-40C 7-80C"},
               {707, "1-10CME"},
               {1054, "1-20C"}}}},
    {.name = "GRID A100DX",
     .gib = 80,
     .instances = Instances::seven,
     .devices = {{{0x20b2}}},
     .runs = {{{615, "4C 8C 10C 16C 20C 40C 80C"},
               {622, "1-10C 2-20C 3-40C 4-40C 7-80C"},
               {705, "1-10CME"},
               {1057, "1-20C"}}}},
    {.name = "NVIDIA A30",
     .gib = 24,
     .instances = Instances::four,
     .devices = {{{0x20b7}, {0x20b9}}},
     .runs = {{{684, "4C 6C 8C 12C 24C"},
               {689, "1-6C 2-12C 4-24C"},
               {708, "1-6CME"},
               {1052, "2-12CME"}}}},
    {.name = "GRID A800DX",
     .gib = 80,
     .instances = Instances::seven,
     .devices = {{{0x20f3}}},
     .runs = {{{994, "1-10CME 1-10C 2-20C 3-40C 4-40C 7-80C"}, {1058, "1-20C"}}}},
    {.name = "GRID A800D",
     .gib = 80,
     .instances = Instances::seven,
     .devices = {{{0x20f5}, {0x20fd}}},
     .runs = {{{1007, "1-10CME 1-10C 2-20C 3-40C 4-40C 7-80C"}, {1055, "1-20C"}}}},
    {.name = "GRID A800",
     .gib = 40,
     .instances = Instances::seven,
     .devices = {{{0x20f6}}},
     .runs = {{{1089, "1-5CME 1-5C 1-10C 2-10C 3-20C 4-20C 7-40C"}}}},
}};

}  // namespace

std::span<const CardRow> ampere_rows() {
  return kAmpere;
}

}  // namespace vfmgr::nvidia
