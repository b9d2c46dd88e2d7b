// SPDX-License-Identifier: Apache-2.0
#include "instances.hpp"
#include "nvml.hpp"
#include "state.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>
#include <vector>

using fake_nvml::answer_for;
using fake_nvml::answer_in;
using fake_nvml::Gpu;
using fake_nvml::Handle;
using fake_nvml::Instance;
using fake_nvml::Profile;
using fake_nvml::State;

namespace {

constexpr unsigned kProfileCount = 0x12;  // NVML_GPU_INSTANCE_PROFILE_COUNT
constexpr unsigned kProfileVersion = sizeof(nvmlGpuInstanceProfileInfo_v2_t) | (2U << 24U);

nvmlGpuInstance_t handle_of(nvmlDevice_t device, const Instance& instance) {
  return fake_nvml::handle<nvmlGpuInstance_t>(
      {.gpu = static_cast<std::uint16_t>(std::bit_cast<std::uintptr_t>(device)),
       .instance = static_cast<std::uint16_t>(instance.id)});
}

bool overlaps(const Gpu& gpu, const Instance& instance, unsigned start, unsigned size) {
  const unsigned end = instance.start + gpu.profile(instance.profile)->size;
  return start < end && instance.start < start + size;
}

/// A smallest id that is free.
unsigned free_id(const Gpu& gpu) {
  unsigned id = 0;
  while (std::ranges::find(gpu.instances, id, &Instance::id) != gpu.instances.end()) {
    ++id;
  }
  return id;
}

}  // namespace

nvmlReturn_t nvmlDeviceGetMigMode(nvmlDevice_t device,
                                  unsigned int* current,
                                  unsigned int* pending) {
  return answer_for("nvmlDeviceGetMigMode", device, [&](State&, const Gpu& gpu) -> nvmlReturn_t {
    if (!gpu.has_mig) {
      return NVML_ERROR_NOT_SUPPORTED;
    }
    *current = gpu.mig ? 1 : 0;
    *pending = gpu.pending ? 1 : 0;
    return NVML_SUCCESS;
  });
}

nvmlReturn_t nvmlDeviceSetMigMode(nvmlDevice_t device,
                                  unsigned int mode,
                                  nvmlReturn_t* activation) {
  return answer_for(
      "nvmlDeviceSetMigMode", device, [&](const State& state, Gpu& gpu) -> nvmlReturn_t {
        if (!gpu.has_mig || mode > 1) {
          return gpu.has_mig ? NVML_ERROR_INVALID_ARGUMENT : NVML_ERROR_NOT_SUPPORTED;
        }
        gpu.pending = mode == 1;
        *activation = state.activation;
        if (state.activation == NVML_SUCCESS) {
          gpu.mig = gpu.pending;
          gpu.instances.clear();
        }
        return NVML_SUCCESS;
      });
}

nvmlReturn_t nvmlDeviceGetGpuInstanceProfileInfoV(nvmlDevice_t device,
                                                  unsigned int profile,
                                                  nvmlGpuInstanceProfileInfo_v2_t* info) {
  return answer_for(
      "nvmlDeviceGetGpuInstanceProfileInfoV", device, [&](State&, const Gpu& gpu) -> nvmlReturn_t {
        if (info->version != kProfileVersion || profile >= kProfileCount) {
          return NVML_ERROR_INVALID_ARGUMENT;
        }
        const auto found = std::ranges::find(gpu.profiles, profile, &Profile::number);
        if (!gpu.mig || found == gpu.profiles.end()) {
          return NVML_ERROR_NOT_SUPPORTED;
        }
        info->id = found->id;
        info->sliceCount = found->slices;
        info->instanceCount = found->most;
        const std::string name = "MIG " + found->name;
        name.copy(&info->name[0], sizeof(info->name));
        return NVML_SUCCESS;
      });
}

nvmlReturn_t nvmlDeviceGetGpuInstancePossiblePlacements_v2(nvmlDevice_t device,
                                                           unsigned int profile_id,
                                                           nvmlGpuInstancePlacement_t* placements,
                                                           unsigned int* count) {
  return answer_for("nvmlDeviceGetGpuInstancePossiblePlacements_v2",
                    device,
                    [&](State&, const Gpu& gpu) -> nvmlReturn_t {
                      const Profile* const profile = gpu.profile(profile_id);
                      if (profile == nullptr) {
                        return NVML_ERROR_INVALID_ARGUMENT;
                      }
                      *count = static_cast<unsigned>(profile->starts.size());
                      for (unsigned i = 0; placements != nullptr && i < *count; ++i) {
                        placements[i] = {.start = profile->starts[i], .size = profile->size};
                      }
                      return NVML_SUCCESS;
                    });
}

nvmlReturn_t nvmlDeviceGetGpuInstances(nvmlDevice_t device,
                                       unsigned int profile_id,
                                       nvmlGpuInstance_t* gpu_instances,
                                       unsigned int* count) {
  return answer_for(
      "nvmlDeviceGetGpuInstances", device, [&](State&, const Gpu& gpu) -> nvmlReturn_t {
        if (!gpu.mig) {
          return NVML_ERROR_NOT_SUPPORTED;
        }
        *count = 0;
        for (const Instance& instance : gpu.instances) {
          if (instance.profile == profile_id) {
            gpu_instances[(*count)++] = handle_of(device, instance);
          }
        }
        return NVML_SUCCESS;
      });
}

nvmlReturn_t nvmlGpuInstanceGetInfo(nvmlGpuInstance_t gpu_instance, nvmlGpuInstanceInfo_t* info) {
  return answer_in("nvmlGpuInstanceGetInfo",
                   std::bit_cast<Handle>(gpu_instance),
                   [&](const State& state, const Gpu& gpu, const Instance& instance) {
                     *info = {.device = fake_nvml::handle_of(state, gpu),
                              .id = instance.id,
                              .profileId = instance.profile,
                              .placement = {.start = instance.start,
                                            .size = gpu.profile(instance.profile)->size}};
                     return NVML_SUCCESS;
                   });
}

nvmlReturn_t nvmlDeviceCreateGpuInstanceWithPlacement(nvmlDevice_t device,
                                                      unsigned int profile_id,
                                                      const nvmlGpuInstancePlacement_t* placement,
                                                      nvmlGpuInstance_t* gpu_instance) {
  return answer_for(
      "nvmlDeviceCreateGpuInstanceWithPlacement", device, [&](State&, Gpu& gpu) -> nvmlReturn_t {
        if (!gpu.mig) {
          return NVML_ERROR_NOT_SUPPORTED;
        }
        const Profile* const profile = gpu.profile(profile_id);
        if (profile == nullptr || placement->size != profile->size ||
            std::ranges::find(profile->starts, placement->start) == profile->starts.end()) {
          return NVML_ERROR_INVALID_ARGUMENT;
        }
        const bool taken = std::ranges::any_of(gpu.instances, [&](const Instance& other) {
          return overlaps(gpu, other, placement->start, placement->size);
        });
        const auto same = std::ranges::count(gpu.instances, profile_id, &Instance::profile);
        if (taken || same >= profile->most) {
          return NVML_ERROR_INSUFFICIENT_RESOURCES;
        }
        gpu.instances.push_back(
            {.id = free_id(gpu), .profile = profile_id, .start = placement->start, .compute = {}});
        *gpu_instance = handle_of(device, gpu.instances.back());
        return NVML_SUCCESS;
      });
}

nvmlReturn_t nvmlGpuInstanceDestroy(nvmlGpuInstance_t gpu_instance) {
  return answer_in("nvmlGpuInstanceDestroy",
                   std::bit_cast<Handle>(gpu_instance),
                   [](State&, Gpu& gpu, const Instance& instance) -> nvmlReturn_t {
                     if (!instance.compute.empty()) {
                       return NVML_ERROR_IN_USE;
                     }
                     std::erase_if(gpu.instances, [id = instance.id](const Instance& one) {
                       return one.id == id;
                     });
                     return NVML_SUCCESS;
                   });
}
