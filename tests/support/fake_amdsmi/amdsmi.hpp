// SPDX-License-Identifier: Apache-2.0
#pragma once

// The part of amdsmi.h of AMD's driver for hosts that is answered here (amd/MxGPU-Virtualization
// 695afe2, smi-lib/interface/amdsmi.h), with its names, once more and not from libvfmgr's own list:
// a slip in one of the two shows.
// NOLINTBEGIN(readability-identifier-naming)

#include <cstdint>

extern "C" {

enum amdsmi_status_t : std::uint32_t {
  AMDSMI_STATUS_SUCCESS = 0,
  AMDSMI_STATUS_INVAL = 1,
  AMDSMI_STATUS_API_FAILED = 7,
  AMDSMI_STATUS_BUSY = 30,
  AMDSMI_STATUS_NOT_FOUND = 31,
  AMDSMI_STATUS_NOT_INIT = 32,
  AMDSMI_STATUS_DRIVER_NOT_LOADED = 34,
  AMDSMI_STATUS_UNKNOWN_ERROR = 0xFFFFFFFF
};

using amdsmi_processor_handle = void*;

union amdsmi_bdf_t {
  struct bdf_ {
    std::uint64_t function_number : 3;
    std::uint64_t device_number : 5;
    std::uint64_t bus_number : 8;
    std::uint64_t domain_number : 48;
  } bdf;
  std::uint64_t as_uint;
};

amdsmi_status_t amdsmi_init(std::uint64_t init_flags);
amdsmi_status_t amdsmi_shut_down();
amdsmi_status_t amdsmi_status_code_to_string(amdsmi_status_t status, const char** status_string);
amdsmi_status_t amdsmi_get_processor_handle_from_bdf(amdsmi_bdf_t bdf,
                                                     amdsmi_processor_handle* processor_handle);
amdsmi_status_t amdsmi_get_num_vf(amdsmi_processor_handle processor_handle,
                                  std::uint32_t* num_vf_enabled,
                                  std::uint32_t* num_vf_supported);
amdsmi_status_t amdsmi_set_num_vf(amdsmi_processor_handle processor_handle, std::uint32_t num_vf);
}

// NOLINTEND(readability-identifier-naming)
