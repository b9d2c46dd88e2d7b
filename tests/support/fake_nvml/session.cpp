// SPDX-License-Identifier: Apache-2.0
#include "nvml.hpp"
#include "state.hpp"

#include <algorithm>

using fake_nvml::answer;
using fake_nvml::answer_always;
using fake_nvml::Gpu;
using fake_nvml::State;

nvmlReturn_t nvmlInit_v2() {
  return answer_always("nvmlInit_v2", [](State& state) {
    ++state.opened;
    state.most = std::max(state.most, state.opened - state.closed);
    return NVML_SUCCESS;
  });
}

nvmlReturn_t nvmlShutdown() {
  return answer("nvmlShutdown", [](State& state) {
    ++state.closed;
    return NVML_SUCCESS;
  });
}

const char* nvmlErrorString(nvmlReturn_t result) {
  switch (result) {
    case NVML_ERROR_NOT_SUPPORTED:
      return "Not Supported";
    case NVML_ERROR_IN_USE:
      return "In use by another client";
    default:
      return "the fake's words";
  }
}

nvmlReturn_t nvmlDeviceGetHandleByPciBusId_v2(const char* bus_id, nvmlDevice_t* device) {
  return answer("nvmlDeviceGetHandleByPciBusId_v2", [&](State& state) -> nvmlReturn_t {
    const auto gpu = std::ranges::find(state.gpus, bus_id, &Gpu::bus_id);
    if (gpu == state.gpus.end()) {
      return NVML_ERROR_NOT_FOUND;
    }
    *device = fake_nvml::handle_of(state, *gpu);
    return NVML_SUCCESS;
  });
}
