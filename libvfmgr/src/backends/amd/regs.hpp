// SPDX-License-Identifier: Apache-2.0
#pragma once

// GPUIOV: AMD's vendor-specific capability (VSEC id 2) by which the host driver shares a GPU out.
// Only read here: its writers are the host drivers, and amd_gpuiov where there is none. Two layouts
// are known, told apart by device id.
//   A: GPUOpen-LibrariesAndSDKs/MxGPU-Virtualization drv/gim_pci.h, gim_gpuiov.c (b76d47a)
//   B: amd/MxGPU-Virtualization libgv/core/hw/AI/mi300/mi300_gpuiov.h (695afe2), navi32_gpuiov.h
// Offsets are from the capability's header; all is little-endian.

#include "core/config_space/reader.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace vfmgr::amd {

inline constexpr std::uint16_t kVendorId = 0x1002;
inline constexpr std::uint16_t kVsecId = 0x0002;

/// What lies where.
enum class Layout {
  a,         ///< Tonga
  b_mi300,   ///< 16 bits for the framebuffer's megabytes are too few, and schedulers from 0xc0 on
  b_navi32,  ///< schedulers from 0x2c on
};

struct Device {
  std::uint16_t id = 0;
  Layout layout = Layout::a;
};

/// Of other ids no source tells the layout. MI200 and MI350 are GPUs of the same host driver, and
/// its published sources do not show theirs.
inline constexpr std::array kDevices{
    Device{.id = 0x6929, .layout = Layout::a},  // S7150: drv/gim_drv.c
    // amd/MxGPU-Virtualization libgv/core/amdgv_device.c
    Device{.id = 0x74a1, .layout = Layout::b_mi300},   // MI300X
    Device{.id = 0x74a2, .layout = Layout::b_mi300},   // MI308X
    Device{.id = 0x74a5, .layout = Layout::b_mi300},   // MI325X
    Device{.id = 0x74a8, .layout = Layout::b_mi300},   // MI308X
    Device{.id = 0x74a9, .layout = Layout::b_mi300},   // MI300X HF
    Device{.id = 0x7460, .layout = Layout::b_navi32},  // Radeon PRO V710
    Device{.id = 0x73c8, .layout = Layout::b_navi32},
};

std::uint64_t in_mib(std::uint64_t raw);
std::uint64_t in_16_mib(std::uint64_t raw);
std::uint64_t in_16_mib_and_one(std::uint64_t raw);  ///< A: one more than the register says
std::uint64_t in_256_kib(std::uint64_t raw);         ///< of the contexts that are saved
std::string as_framebuffer(std::uint64_t raw);       ///< B: 0 is none
std::string as_location(std::uint64_t raw);          ///< where contexts are saved
std::string as_command(std::uint64_t raw);
std::string as_function(std::uint64_t raw);  ///< "PF", "vf3": 0x80 | n
std::string as_status_a(std::uint64_t raw);
std::string as_status_b(std::uint64_t raw);
std::string as_activity(std::uint64_t raw);
std::string as_block(std::uint64_t raw);  ///< a pointer, in 16 bytes from the capability on

using config_space::as_hex;
using config_space::FieldSpec;
using config_space::one_bit;

inline constexpr std::array kLayoutA{
    FieldSpec{.name = "command", .at = 0x0c, .bytes = 1, .bits = 4, .meaning = as_command},
    one_bit("execute", 0x0c, 1, 4),
    one_bit("execute_interrupt_enable", 0x0c, 1, 5),
    FieldSpec{.name = "function", .at = 0x0d, .bytes = 1, .meaning = as_function},
    FieldSpec{.name = "next_function", .at = 0x0e, .bytes = 1, .meaning = as_function},
    FieldSpec{.name = "command_status", .at = 0x10, .bytes = 1, .meaning = as_status_a},
    FieldSpec{.name = "reset_control", .at = 0x14, .bytes = 1, .meaning = as_hex},
    FieldSpec{.name = "reset_notification", .at = 0x18, .bytes = 4, .meaning = as_hex},
    FieldSpec{.name = "vm_init_status", .at = 0x1c, .bytes = 4, .meaning = as_hex},
    FieldSpec{.name = "context_size", .at = 0x20, .bytes = 4, .bits = 7, .amount = in_256_kib},
    FieldSpec{.name = "context_location",
              .at = 0x20,
              .bytes = 4,
              .low = 7,
              .bits = 1,
              .meaning = as_location},
};
/// In units of the size that stands below it.
inline constexpr FieldSpec kContextOffsetA{
    .name = "context_offset", .at = 0x20, .bytes = 4, .low = 10, .bits = 22};
inline constexpr std::array kFramebufferA{
    FieldSpec{.name = "total_fb_available", .at = 0x24, .bytes = 2, .amount = in_mib},
    FieldSpec{.name = "total_fb_consumed", .at = 0x26, .bytes = 2, .amount = in_mib},
    FieldSpec{.name = "auto_scheduler_offset", .at = 0x2a, .bytes = 1, .meaning = as_hex},
    FieldSpec{.name = "display_offset", .at = 0x2b, .bytes = 1, .meaning = as_hex},
};
inline constexpr std::uint16_t kVfFbA = 0x2c;  // VFn_FB_SIZE, and VFn_FB_OFFSET two bytes behind it
inline constexpr std::uint32_t kMostVfsA = 16;

inline constexpr std::array kLayoutB{
    FieldSpec{.name = "interrupt_enable", .at = 0x0c, .bytes = 4, .meaning = as_hex},
    FieldSpec{.name = "interrupt_status", .at = 0x10, .bytes = 4, .meaning = as_hex},
    one_bit("soft_pf_reset", 0x14, 1, 0),
    FieldSpec{.name = "mailbox0", .at = 0x18, .bytes = 4, .meaning = as_hex},
    FieldSpec{.name = "mailbox1", .at = 0x1c, .bytes = 4, .meaning = as_hex},
    FieldSpec{.name = "mailbox2", .at = 0x20, .bytes = 4, .meaning = as_hex},
    FieldSpec{.name = "context_size", .at = 0x24, .bytes = 4, .bits = 7, .amount = in_256_kib},
    FieldSpec{.name = "context_location",
              .at = 0x24,
              .bytes = 4,
              .low = 7,
              .bits = 1,
              .meaning = as_location},
    FieldSpec{.name = "context_offset",
              .at = 0x24,
              .bytes = 4,
              .low = 10,
              .bits = 22,
              .amount = in_256_kib},
};
/// The host driver for MI300 takes the size from another register, and writes what fits of the
/// second one.
inline constexpr FieldSpec kAvailableB{
    .name = "total_fb_available", .at = 0x28, .bytes = 2, .amount = in_mib};
inline constexpr FieldSpec kConsumedB{
    .name = "total_fb_consumed", .at = 0x2a, .bytes = 2, .amount = in_mib};
inline constexpr std::array kRegionB{
    FieldSpec{.name = "region_local", .at = 0x30, .bytes = 4, .bits = 4},
    FieldSpec{.name = "region_most", .at = 0x30, .bytes = 4, .low = 4, .bits = 4},
    FieldSpec{.name = "p2p_over_xgmi", .at = 0x34, .bytes = 4, .meaning = as_hex},
};
inline constexpr std::uint16_t kVfFbB = 0x38;
inline constexpr std::uint32_t kMostVfsB = 31;

/// An engine's scheduler: a byte that tells where its registers are.
struct Scheduler {
  std::string_view engine;
  std::uint16_t at = 0;
};
inline constexpr std::array kSchedulersNavi32{Scheduler{.engine = "uvd0", .at = 0x2c},
                                              Scheduler{.engine = "vce", .at = 0x2d},
                                              Scheduler{.engine = "gfx", .at = 0x2e},
                                              Scheduler{.engine = "uvd1", .at = 0x2f}};
inline constexpr std::array kSchedulersMi300{
    Scheduler{.engine = "vcn0", .at = 0xc0},    Scheduler{.engine = "jpeg0_0", .at = 0xc1},
    Scheduler{.engine = "jpeg1_0", .at = 0xc2}, Scheduler{.engine = "vcn1", .at = 0xc3},
    Scheduler{.engine = "jpeg0_1", .at = 0xc4}, Scheduler{.engine = "jpeg1_1", .at = 0xc5},
    Scheduler{.engine = "vcn2", .at = 0xc6},    Scheduler{.engine = "jpeg0_2", .at = 0xc7},
    Scheduler{.engine = "jpeg1_2", .at = 0xc8}, Scheduler{.engine = "vcn3", .at = 0xc9},
    Scheduler{.engine = "jpeg0_3", .at = 0xca}, Scheduler{.engine = "jpeg1_3", .at = 0xcb},
    Scheduler{.engine = "gfx0", .at = 0xcc},    Scheduler{.engine = "gfx1", .at = 0xcd},
    Scheduler{.engine = "gfx2", .at = 0xce},    Scheduler{.engine = "gfx3", .at = 0xcf},
    Scheduler{.engine = "gfx4", .at = 0xd0},    Scheduler{.engine = "gfx5", .at = 0xd1},
    Scheduler{.engine = "gfx6", .at = 0xd2},    Scheduler{.engine = "gfx7", .at = 0xd3}};

/// Of one scheduler, from where its pointer leads.
inline constexpr std::array kSchedulerBlock{
    FieldSpec{.name = "command", .at = 0x04, .bytes = 1, .bits = 4, .meaning = as_command},
    one_bit("execute", 0x04, 1, 4),
    FieldSpec{.name = "function", .at = 0x05, .bytes = 1, .meaning = as_function},
    FieldSpec{.name = "next_function", .at = 0x06, .bytes = 1, .meaning = as_function},
    FieldSpec{.name = "command_status", .at = 0x08, .bytes = 1, .meaning = as_status_b},
    FieldSpec{.name = "vm_busy_status", .at = 0x0c, .bytes = 4, .meaning = as_hex},
    FieldSpec{.name = "active_functions", .at = 0x10, .bytes = 4, .meaning = as_hex},
    FieldSpec{.name = "active_function", .at = 0x14, .bytes = 1, .meaning = as_function},
};
/// … which the two families have in different places.
inline constexpr FieldSpec kActivityMi300{
    .name = "active_function_status", .at = 0x16, .bytes = 1, .meaning = as_activity};
inline constexpr FieldSpec kActivityNavi32{
    .name = "active_function_status", .at = 0x15, .bytes = 1, .meaning = as_activity};
inline constexpr std::array kTimeQuanta{
    FieldSpec{.name = "time_quantum_option0", .at = 0x18, .bytes = 1},
    FieldSpec{.name = "time_quantum_option1", .at = 0x19, .bytes = 1},
    FieldSpec{.name = "time_quantum_option2", .at = 0x1a, .bytes = 1},
    FieldSpec{.name = "time_quantum_option3", .at = 0x1b, .bytes = 1},
};

}  // namespace vfmgr::amd
