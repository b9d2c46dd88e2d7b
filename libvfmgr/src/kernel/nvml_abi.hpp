// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/library_call.hpp"

#include <array>
#include <cstdint>

/// What of NVIDIA's library is called, written down by hand: nothing is compiled or linked against
/// it. All of it from nvml.h of NVML API 13 (github NVIDIA/go-nvml 2f9e261, gen/nvml/nvml.h), whose
/// names the comments give.
namespace vfmgr::nvml {

/// nvmlReturn_t. Numbers that are not listed come, too.
enum class Status : int {
  success = 0,
  invalid_argument = 2,
  not_supported = 3,
  no_permission = 4,
  not_found = 6,
  insufficient_size = 7,
  driver_not_loaded = 9,
  function_not_found = 13,
  gpu_is_lost = 15,
  reset_required = 16,
  lib_rm_version_mismatch = 18,
  in_use = 19,
  insufficient_resources = 23,
  argument_version_mismatch = 25,
  not_ready = 27,
  gpu_not_found = 28,
  invalid_state = 29,
  unknown = 999,
};

// nvmlDevice_t, nvmlGpuInstance_t, nvmlComputeInstance_t: pointers to what nobody shows.
using Device = struct DeviceBehind*;
using GpuInstance = struct GpuInstanceBehind*;
using ComputeInstance = struct ComputeInstanceBehind*;

/// NVML_STRUCT_VERSION: what a versioned structure says of itself.
template <class T>
constexpr std::uint32_t version_word(std::uint32_t version) {
  return static_cast<std::uint32_t>(sizeof(T)) | (version << 24U);
}

/// nvmlVgpuHeterogeneousMode_v1_t; modes are NVML_FEATURE_DISABLED 0 and NVML_FEATURE_ENABLED 1.
struct HeterogeneousMode {
  std::uint32_t version, mode;
};

/// nvmlGpuInstancePlacement_t, in memory slices.
struct Placement {
  std::uint32_t start, size;
};

/// nvmlGpuInstanceProfileInfo_v2_t: the oldest with a name. The name's room is
/// NVML_DEVICE_NAME_V2_BUFFER_SIZE.
struct GpuProfile {
  std::uint32_t version, id, peer_to_peer, slices, instances, multiprocessors, copy_engines,
      decoders, encoders, jpegs, ofas;
  std::uint64_t memory_mb;
  std::array<char, 96> name;
};
static_assert(sizeof(GpuProfile) == 152);

/// nvmlGpuInstanceInfo_t.
struct GpuInstanceInfo {
  Device device;
  std::uint32_t id, profile;
  Placement placement;
};

/// nvmlComputeInstanceProfileInfo_t, which has no version.
struct ComputeProfile {
  std::uint32_t id, slices, instances, multiprocessors, copy_engines, decoders, encoders, jpegs,
      ofas;
};

/// NVML_VGPU_NAME_BUFFER_SIZE and NVML_DEVICE_NAME_BUFFER_SIZE: the room for a vGPU type's name.
using TypeName = std::array<char, 64>;

/// NVML_COMPUTE_INSTANCE_ENGINE_PROFILE_SHARED.
inline constexpr std::uint32_t kSharedEngines = 0;

/// Named as the library exports it: for many that is not the name in the manual, which nvml.h's
/// macros turn into a later version's.
template <class Signature>
using Function = LibraryFunction<Signature>;

using Count = std::uint32_t*;

inline constexpr Function<Status()> kInit{"nvmlInit_v2"};
inline constexpr Function<Status()> kShutdown{"nvmlShutdown"};
inline constexpr Function<const char*(Status)> kErrorString{"nvmlErrorString"};
inline constexpr Function<Status(const char*, Device*)> kDeviceByBusId{
    "nvmlDeviceGetHandleByPciBusId_v2"};

/// Current mode, and pending mode: the one after the next reset.
inline constexpr Function<Status(Device, std::uint32_t*, std::uint32_t*)> kGetMigMode{
    "nvmlDeviceGetMigMode"};
/// NVML_DEVICE_MIG_DISABLE 0 or NVML_DEVICE_MIG_ENABLE 1; what came of making it so at once.
inline constexpr Function<Status(Device, std::uint32_t, Status*)> kSetMigMode{
    "nvmlDeviceSetMigMode"};
/// By number from 0; NOT_SUPPORTED: not this one; INVALID_ARGUMENT: no more.
inline constexpr Function<Status(Device, std::uint32_t, GpuProfile*)> kGpuProfile{
    "nvmlDeviceGetGpuInstanceProfileInfoV"};
/// By the profile's own id. Without a buffer: how many.
inline constexpr Function<Status(Device, std::uint32_t, Placement*, Count)> kPlacements{
    "nvmlDeviceGetGpuInstancePossiblePlacements_v2"};
/// By the profile's own id. The buffer has room for as many as the profile says.
inline constexpr Function<Status(Device, std::uint32_t, GpuInstance*, Count)> kGpuInstances{
    "nvmlDeviceGetGpuInstances"};
inline constexpr Function<Status(GpuInstance, GpuInstanceInfo*)> kGpuInstanceInfo{
    "nvmlGpuInstanceGetInfo"};
inline constexpr Function<Status(Device, std::uint32_t, const Placement*, GpuInstance*)>
    kCreateGpuInstance{"nvmlDeviceCreateGpuInstanceWithPlacement"};
/// IN_USE while it has compute instances.
inline constexpr Function<Status(GpuInstance)> kDestroyGpuInstance{"nvmlGpuInstanceDestroy"};

/// By number from 0, with an engine profile; ends as kGpuProfile does.
inline constexpr Function<Status(GpuInstance, std::uint32_t, std::uint32_t, ComputeProfile*)>
    kComputeProfile{"nvmlGpuInstanceGetComputeInstanceProfileInfo"};
inline constexpr Function<Status(GpuInstance, std::uint32_t, ComputeInstance*, Count)>
    kComputeInstances{"nvmlGpuInstanceGetComputeInstances"};
inline constexpr Function<Status(GpuInstance, std::uint32_t, ComputeInstance*)>
    kCreateComputeInstance{"nvmlGpuInstanceCreateComputeInstance"};
inline constexpr Function<Status(ComputeInstance)> kDestroyComputeInstance{
    "nvmlComputeInstanceDestroy"};

inline constexpr Function<Status(Device, HeterogeneousMode*)> kGetHeterogeneous{
    "nvmlDeviceGetVgpuHeterogeneousMode"};
inline constexpr Function<Status(Device, const HeterogeneousMode*)> kSetHeterogeneous{
    "nvmlDeviceSetVgpuHeterogeneousMode"};
/// INSUFFICIENT_SIZE with the count where the buffer is too small.
inline constexpr Function<Status(Device, Count, std::uint32_t*)> kSupportedTypes{
    "nvmlDeviceGetSupportedVgpus"};
inline constexpr Function<Status(std::uint32_t, char*, Count)> kTypeName{"nvmlVgpuTypeGetName"};

}  // namespace vfmgr::nvml
