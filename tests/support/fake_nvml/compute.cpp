// SPDX-License-Identifier: Apache-2.0
#include "instances.hpp"
#include "nvml.hpp"
#include "state.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <functional>

using fake_nvml::answer_for;
using fake_nvml::answer_in;
using fake_nvml::Gpu;
using fake_nvml::Handle;
using fake_nvml::Instance;
using fake_nvml::State;

namespace {

// The slices of NVML_COMPUTE_INSTANCE_PROFILE_*, by their numbers: 1, 2, 3, 4, 7, 8, 6, 1 (rev1), 7
// (NVL).
constexpr std::array<unsigned, 9> kSlices{1, 2, 3, 4, 7, 8, 6, 1, 7};

bool offers(const Gpu& gpu, const Instance& instance, unsigned number) {
  return kSlices.at(number) <= gpu.profile(instance.profile)->slices;
}

unsigned slices_taken(const Instance& instance) {
  unsigned taken = 0;
  for (const auto& [id, profile] : instance.compute) {
    taken += kSlices.at(profile);
  }
  return taken;
}

nvmlComputeInstance_t handle_of(Handle parts, unsigned id) {
  parts.compute = static_cast<std::uint16_t>(id);
  return fake_nvml::handle<nvmlComputeInstance_t>(parts);
}

}  // namespace

nvmlReturn_t fake_nvml::answer_in(const char* function,
                                  Handle handle,
                                  const std::function<nvmlReturn_t(State&, Gpu&, Instance&)>& act) {
  const auto device = std::bit_cast<nvmlDevice_t>(std::uintptr_t{handle.gpu});
  return answer_for(function, device, [&](State& state, Gpu& gpu) -> nvmlReturn_t {
    const auto found = std::ranges::find(gpu.instances, unsigned{handle.instance}, &Instance::id);
    if (found == gpu.instances.end()) {
      return NVML_ERROR_INVALID_ARGUMENT;
    }
    return act(state, gpu, *found);
  });
}

nvmlReturn_t nvmlGpuInstanceGetComputeInstanceProfileInfo(nvmlGpuInstance_t gpu_instance,
                                                          unsigned int profile,
                                                          unsigned int engine_profile,
                                                          nvmlComputeInstanceProfileInfo_t* info) {
  return answer_in("nvmlGpuInstanceGetComputeInstanceProfileInfo",
                   std::bit_cast<Handle>(gpu_instance),
                   [&](State&, const Gpu& gpu, const Instance& instance) -> nvmlReturn_t {
                     if (profile >= kSlices.size() || engine_profile != 0) {
                       return NVML_ERROR_INVALID_ARGUMENT;
                     }
                     if (!offers(gpu, instance, profile)) {
                       return NVML_ERROR_NOT_SUPPORTED;
                     }
                     info->id = profile;
                     info->sliceCount = kSlices.at(profile);
                     info->instanceCount =
                         gpu.profile(instance.profile)->slices / kSlices.at(profile);
                     return NVML_SUCCESS;
                   });
}

nvmlReturn_t nvmlGpuInstanceGetComputeInstances(nvmlGpuInstance_t gpu_instance,
                                                unsigned int profile_id,
                                                nvmlComputeInstance_t* compute_instances,
                                                unsigned int* count) {
  return answer_in("nvmlGpuInstanceGetComputeInstances",
                   std::bit_cast<Handle>(gpu_instance),
                   [&](State&, const Gpu&, const Instance& instance) {
                     *count = 0;
                     for (const auto& [id, profile] : instance.compute) {
                       if (profile == profile_id) {
                         compute_instances[(*count)++] =
                             handle_of(std::bit_cast<Handle>(gpu_instance), id);
                       }
                     }
                     return NVML_SUCCESS;
                   });
}

nvmlReturn_t nvmlGpuInstanceCreateComputeInstance(nvmlGpuInstance_t gpu_instance,
                                                  unsigned int profile_id,
                                                  nvmlComputeInstance_t* compute_instance) {
  return answer_in("nvmlGpuInstanceCreateComputeInstance",
                   std::bit_cast<Handle>(gpu_instance),
                   [&](State&, const Gpu& gpu, Instance& instance) -> nvmlReturn_t {
                     if (profile_id >= kSlices.size() || !offers(gpu, instance, profile_id)) {
                       return NVML_ERROR_NOT_SUPPORTED;
                     }
                     if (slices_taken(instance) + kSlices.at(profile_id) >
                         gpu.profile(instance.profile)->slices) {
                       return NVML_ERROR_INSUFFICIENT_RESOURCES;
                     }
                     unsigned id = 0;
                     while (instance.compute.contains(id)) {
                       ++id;
                     }
                     instance.compute[id] = profile_id;
                     *compute_instance = handle_of(std::bit_cast<Handle>(gpu_instance), id);
                     return NVML_SUCCESS;
                   });
}

nvmlReturn_t nvmlComputeInstanceDestroy(nvmlComputeInstance_t compute_instance) {
  const auto parts = std::bit_cast<Handle>(compute_instance);
  return answer_in("nvmlComputeInstanceDestroy", parts, [&](State&, Gpu&, Instance& instance) {
    return instance.compute.erase(parts.compute) == 1 ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
  });
}
