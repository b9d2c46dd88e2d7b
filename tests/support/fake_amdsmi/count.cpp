// SPDX-License-Identifier: Apache-2.0
#include "amdsmi.hpp"
#include "state.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>

using fake_amdsmi::answer_begun;
using fake_amdsmi::Gpu;
using fake_amdsmi::State;

namespace {

amdsmi_status_t answer_for(const char* function,
                           amdsmi_processor_handle handle,
                           const std::function<amdsmi_status_t(Gpu&)>& act) {
  return answer_begun(function, [&](State& state) {
    const auto number = std::bit_cast<std::uintptr_t>(handle);
    return number == 0 || number > state.gpus.size() ? AMDSMI_STATUS_INVAL
                                                     : act(state.gpus[number - 1]);
  });
}

}  // namespace

amdsmi_status_t amdsmi_get_processor_handle_from_bdf(amdsmi_bdf_t bdf,
                                                     amdsmi_processor_handle* processor_handle) {
  return answer_begun("amdsmi_get_processor_handle_from_bdf", [&](const State& state) {
    for (std::size_t i = 0; i < state.gpus.size(); ++i) {
      const Gpu& gpu = state.gpus[i];
      if (gpu.domain == bdf.bdf.domain_number && gpu.bus == bdf.bdf.bus_number &&
          gpu.device == bdf.bdf.device_number && gpu.function == bdf.bdf.function_number) {
        *processor_handle = std::bit_cast<amdsmi_processor_handle>(std::uintptr_t{i + 1});
        return AMDSMI_STATUS_SUCCESS;
      }
    }
    *processor_handle = nullptr;
    return state.nameless ? AMDSMI_STATUS_SUCCESS : AMDSMI_STATUS_NOT_FOUND;
  });
}

amdsmi_status_t amdsmi_get_num_vf(amdsmi_processor_handle processor_handle,
                                  std::uint32_t* num_vf_enabled,
                                  std::uint32_t* num_vf_supported) {
  return answer_for("amdsmi_get_num_vf", processor_handle, [&](const Gpu& gpu) {
    *num_vf_enabled = gpu.enabled;
    *num_vf_supported = gpu.supported;
    return AMDSMI_STATUS_SUCCESS;
  });
}

/// As libgv/core/amdgv_api_internal.c:amdgv_int_set_vf_number asks: who runs first.
amdsmi_status_t amdsmi_set_num_vf(amdsmi_processor_handle processor_handle, std::uint32_t num_vf) {
  return answer_for("amdsmi_set_num_vf", processor_handle, [&](Gpu& gpu) {
    if (gpu.running > 0) {
      return AMDSMI_STATUS_BUSY;
    }
    if (num_vf == 0 || num_vf > gpu.supported) {
      return AMDSMI_STATUS_INVAL;
    }
    gpu.enabled = num_vf;
    return AMDSMI_STATUS_SUCCESS;
  });
}
