// SPDX-License-Identifier: Apache-2.0
#include "nvml.hpp"
#include "state.hpp"

#include <string>

using fake_nvml::answer;
using fake_nvml::answer_for;
using fake_nvml::Gpu;
using fake_nvml::State;

namespace {

constexpr unsigned kModeVersion = sizeof(nvmlVgpuHeterogeneousMode_t) | (1U << 24U);

/// What keeps the mode from being looked at.
nvmlReturn_t may_have(const Gpu& gpu, const nvmlVgpuHeterogeneousMode_t& mode) {
  if (mode.version != kModeVersion) {
    return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  }
  return gpu.has_mixed && !gpu.mig ? NVML_SUCCESS : NVML_ERROR_NOT_SUPPORTED;
}

}  // namespace

nvmlReturn_t nvmlDeviceGetVgpuHeterogeneousMode(nvmlDevice_t device,
                                                nvmlVgpuHeterogeneousMode_t* mode) {
  return answer_for("nvmlDeviceGetVgpuHeterogeneousMode", device, [&](State&, const Gpu& gpu) {
    mode->mode = gpu.mixed ? 1 : 0;
    return may_have(gpu, *mode);
  });
}

nvmlReturn_t nvmlDeviceSetVgpuHeterogeneousMode(nvmlDevice_t device,
                                                const nvmlVgpuHeterogeneousMode_t* mode) {
  return answer_for(
      "nvmlDeviceSetVgpuHeterogeneousMode", device, [&](State&, Gpu& gpu) -> nvmlReturn_t {
        const nvmlReturn_t may = may_have(gpu, *mode);
        if (may != NVML_SUCCESS || gpu.vgpus > 0) {
          return may != NVML_SUCCESS ? may : NVML_ERROR_IN_USE;
        }
        gpu.mixed = mode->mode == 1;
        return NVML_SUCCESS;
      });
}

nvmlReturn_t nvmlDeviceGetSupportedVgpus(nvmlDevice_t device,
                                         unsigned int* count,
                                         unsigned int* types) {
  return answer_for(
      "nvmlDeviceGetSupportedVgpus", device, [&](State&, const Gpu& gpu) -> nvmlReturn_t {
        const unsigned room = *count;
        *count = static_cast<unsigned>(gpu.types.size());
        if (room < *count) {
          return NVML_ERROR_INSUFFICIENT_SIZE;
        }
        // Not in the order of their ids: nobody promised that.
        unsigned at = *count;
        for (const auto& [id, name] : gpu.types) {
          types[--at] = id;
        }
        return NVML_SUCCESS;
      });
}

nvmlReturn_t nvmlVgpuTypeGetName(unsigned int type, char* name, unsigned int* size) {
  return answer("nvmlVgpuTypeGetName", [&](const State& state) -> nvmlReturn_t {
    for (const Gpu& gpu : state.gpus) {
      const auto found = gpu.types.find(type);
      if (found != gpu.types.end()) {
        const std::string& text = found->second;
        if (*size <= text.size()) {
          return NVML_ERROR_INSUFFICIENT_SIZE;
        }
        name[text.copy(name, text.size())] = '\0';
        return NVML_SUCCESS;
      }
    }
    return NVML_ERROR_INVALID_ARGUMENT;
  });
}
