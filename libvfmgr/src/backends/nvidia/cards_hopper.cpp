// SPDX-License-Identifier: Apache-2.0
// Sources: ids in GPU instances and aliases from NVIDIA open-gpu-kernel-modules 595.45.04
// g_vgpu_resman_specific.h; device ids from its g_nv_name_released.h; H200X-141C from the README of
// NVIDIA/kubevirt-gpu-device-plugin. Inferred: the other time-sliced ids, in the order of the
// guests' subsystem ids (g_vgpu_chip_flags.h) between ids that are known. Where a card has no
// time-sliced ids here, none are public.
#include "backends/nvidia/card_rows.hpp"

#include <array>
#include <span>

namespace vfmgr::nvidia {

namespace {

constexpr std::array<CardRow, 14> kHopper{{
    {.name = "NVIDIA H100",
     .gib = 80,
     .instances = Instances::seven,
     .devices = {{{0x2331}}},
     .runs = {{{821, "1-10C 2-20C 3-40C 4-40C 7-80C"},
               {826, "4C 8C 10C 16C 20C 40C 80C", true},
               {993, "1-10CME"},
               {1059, "1-20C"}}}},
    {.name = "NVIDIA H100XM",
     .gib = 80,
     .instances = Instances::seven,
     .devices = {{{0x2330}, {0x2336}}},
     .runs = {{{1130, "1-10CME 1-10C 1-20C 2-20C 3-40C 4-40C 7-80C"},
               {1137, "4C 5C 8C 10C 16C 20C 40C 80C", true}}}},
    {.name = "NVIDIA H100L",
     .gib = 94,
     .instances = Instances::seven,
     .devices = {{{0x2321}}},
     .runs = {{{1061, "1-12CME 1-12C 1-24C 2-24C 3-47C 4-47C 7-94C"},
               {1068, "4C 6C 11C 15C 23C 47C 94C", true}}}},
    {.name = "NVIDIA H100XL",
     .gib = 94,
     .instances = Instances::seven,
     .devices = {{{0x2339}}},
     .runs = {{{1291, "1-12CME 1-12C 1-24C 2-24C 3-47C 4-47C 7-94C"}}}},
    {.name = "NVIDIA H100XS",
     .gib = 64,
     .instances = Instances::seven,
     .devices = {{{0x2337}}},
     .runs = {{{1305, "1-8CME 1-8C 1-16C 2-16C 3-32C 4-32C 7-64C"}}}},
    {.name = "NVIDIA H800",
     .gib = 80,
     .instances = Instances::seven,
     .devices = {{{0x2322}}},
     .runs = {{{979, "1-10CME 1-10C 2-20C 3-40C 4-40C 7-80C"}, {1060, "1-20C"}}}},
    {.name = "NVIDIA H800XM",
     .gib = 80,
     .instances = Instances::seven,
     .devices = {{{0x2324}}},
     .runs = {{{1276, "1-10CME 1-10C 1-20C 2-20C 3-40C 4-40C 7-80C"}}}},
    {.name = "NVIDIA H800L",
     .gib = 94,
     .instances = Instances::seven,
     .devices = {{{0x233a}}},
     .runs = {{{1075, "1-12CME 1-12C 1-24C 2-24C 3-47C 4-47C 7-94C"}}}},
    {.name = "NVIDIA H20",
     .gib = 96,
     .instances = Instances::seven,
     .devices = {{{0x2329}}},
     .runs = {{{1397, "1-12CME 1-12C 1-24C 2-24C 3-48C 4-48C 7-96C"}}}},
    {.name = "NVIDIA H20X",
     .gib = 141,
     .instances = Instances::seven,
     .devices = {{{0x232c}}},
     .runs = {{{2134, "1-18CME 1-18C 1-35C 2-35C 3-71C 4-71C 7-141C"}}}},
    {.name = "NVIDIA H200X",
     .gib = 141,
     .instances = Instances::seven,
     .devices = {{{0x2335}}},
     .runs = {{{1413, "1-18CME 1-18C 1-35C 2-35C 3-71C 4-71C 7-141C"},
               {1420, "4C 7C 8C 14C 17C 28C 35C 70C", true},
               {1428, "141C"}}}},
    {.name = "NVIDIA H200",
     .gib = 141,
     .instances = Instances::seven,
     .devices = {{{0x233b}}},
     .runs = {{{1429, "1-18CME 1-18C 1-35C 2-35C 3-71C 4-71C 7-141C"},
               {1436, "4C 7C 8C 14C 17C 28C 35C 70C 141C", true}}}},
    // Grace Hopper has one time-sliced type only, of the whole GPU: no two sizes to mix.
    {.name = "NVIDIA GH200",
     .gib = 96,
     .instances = Instances::seven,
     .devices = {{{0x2342}}},
     .runs = {{{1196, "1-12CME 1-12C 1-24C 2-24C 3-48C 4-48C 7-96C"}}},
     .mixes = false},
    {.name = "NVIDIA GH200L",
     .gib = 144,
     .instances = Instances::seven,
     .devices = {{{0x2348}}},
     .runs = {{{1450, "1-18CME 1-18C 1-36C 2-36C 3-72C 4-72C 7-144C"}}},
     .mixes = false},
}};

}  // namespace

std::span<const CardRow> hopper_rows() {
  return kHopper;
}

}  // namespace vfmgr::nvidia
