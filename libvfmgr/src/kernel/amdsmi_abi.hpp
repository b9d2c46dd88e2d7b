// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "kernel/library_call.hpp"

#include <cstdint>
#include <type_traits>

/// What of AMD's library for hosts is called, written down by hand: nothing is compiled or linked
/// against it. All of it from smi-lib/interface/amdsmi.h of amd/MxGPU-Virtualization (695afe2, GIM
/// 8.0.0.K), whose names the comments give.
namespace vfmgr::amdsmi {

/// amdsmi_status_t. Numbers that are not listed come, too.
enum class Status : std::uint32_t {
  success = 0,
  inval = 1,
  not_supported = 2,
  not_yet_implemented = 3,
  fail_load_module = 4,
  fail_load_symbol = 5,
  api_failed = 7,
  timeout = 8,
  retry = 9,
  no_perm = 10,
  interrupt = 11,
  io = 12,
  file_error = 14,
  out_of_resources = 15,
  input_out_of_bounds = 17,
  init_error = 18,
  busy = 30,
  not_found = 31,
  not_init = 32,
  no_slot = 33,
  driver_not_loaded = 34,
  no_data = 40,
  arg_ptr_null = 53,
  setting_unavailable = 55,
  unknown_error = 0xFFFFFFFF,
};
static_assert(sizeof(Status) == 4);

// amdsmi_processor_handle: a pointer to what nobody shows.
using Processor = struct ProcessorBehind*;

/// amdsmi_bdf_t, which is given by value: one number whose bits are function:3, device:5, bus:8 and
/// domain:48, the first the lowest.
struct Bdf {
  std::uint64_t bits = 0;
};
static_assert(sizeof(Bdf) == 8 && alignof(Bdf) == 8 && std::is_trivially_copyable_v<Bdf>);

constexpr Bdf bdf_of(const PciAddress& address) {
  constexpr unsigned kDevice = 3;
  constexpr unsigned kBus = 8;
  constexpr unsigned kDomain = 16;
  return {.bits = std::uint64_t{address.function} | (std::uint64_t{address.device} << kDevice) |
                  (std::uint64_t{address.bus} << kBus) |
                  (std::uint64_t{address.domain} << kDomain)};
}
static_assert(bdf_of({.domain = 1, .bus = 0x3b, .device = 2, .function = 7}).bits == 0x13b17);

/// AMDSMI_INIT_AMD_GPUS.
inline constexpr std::uint64_t kGpus = 2;

template <class Signature>
using Function = LibraryFunction<Signature>;

/// Opens /dev/gim-smi0: DRIVER_NOT_LOADED where it is not there.
inline constexpr Function<Status(std::uint64_t)> kInit{"amdsmi_init"};
/// Closes it.
inline constexpr Function<Status()> kShutDown{"amdsmi_shut_down"};
/// Makes the second point at words for the first.
inline constexpr Function<Status(Status, const char**)> kWords{"amdsmi_status_code_to_string"};
/// A GPU that it does not know is NOT_FOUND, or SUCCESS and no handle (src/amdsmi.c).
inline constexpr Function<Status(Bdf, Processor*)> kByBdf{"amdsmi_get_processor_handle_from_bdf"};
/// How many VFs are enabled, and how many there can be.
inline constexpr Function<Status(Processor, std::uint32_t*, std::uint32_t*)> kGetCount{
    "amdsmi_get_num_vf"};
/// 1 or more. BUSY: a VF runs; INVAL: 0, more than there can be, and whatever else fails
/// (smi-lib/drv/core/smi_drv_cmd.c:smi_convert_ret_value).
inline constexpr Function<Status(Processor, std::uint32_t)> kSetCount{"amdsmi_set_num_vf"};

}  // namespace vfmgr::amdsmi
