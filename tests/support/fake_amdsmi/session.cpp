// SPDX-License-Identifier: Apache-2.0
#include "amdsmi.hpp"
#include "state.hpp"

#include <algorithm>
#include <cstdint>

using fake_amdsmi::answer;
using fake_amdsmi::answer_begun;
using fake_amdsmi::State;

amdsmi_status_t amdsmi_init(std::uint64_t init_flags) {
  return answer("amdsmi_init", [init_flags](State& state) -> amdsmi_status_t {
    constexpr std::uint64_t kGpus = 1U << 1U;  // AMDSMI_INIT_AMD_GPUS
    if (state.unloaded || (init_flags & kGpus) == 0) {
      return state.unloaded ? AMDSMI_STATUS_DRIVER_NOT_LOADED : AMDSMI_STATUS_INVAL;
    }
    ++state.opened;
    state.most = std::max(state.most, state.opened - state.closed);
    return AMDSMI_STATUS_SUCCESS;
  });
}

amdsmi_status_t amdsmi_shut_down() {
  return answer_begun("amdsmi_shut_down", [](State& state) {
    ++state.closed;
    return AMDSMI_STATUS_SUCCESS;
  });
}

amdsmi_status_t amdsmi_status_code_to_string(amdsmi_status_t status, const char** status_string) {
  *status_string =
      status == AMDSMI_STATUS_BUSY ? "AMDSMI_STATUS_BUSY - Processor busy" : "the fake's words";
  return AMDSMI_STATUS_SUCCESS;
}
