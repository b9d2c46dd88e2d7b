// SPDX-License-Identifier: Apache-2.0
#include "kernel/nvml_instances.hpp"

#include "vfmgr/result.hpp"

#include "core/try.hpp"
#include "kernel/nvml_abi.hpp"
#include "kernel/nvml_session.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::nvml {

namespace {

// Three times as many as nvml.h has (NVML_GPU_INSTANCE_PROFILE_COUNT 0x12): a library that does not
// say that there are no more is not asked for ever.
constexpr std::uint32_t kMostProfiles = 64;

/// All that a library has of something that is asked for by number. `ask` fills one in.
template <class T, class Ask>
Result<std::vector<T>> every(const Session& session, const char* function, Ask ask) {
  std::vector<T> all;
  for (std::uint32_t number = 0; number < kMostProfiles; ++number) {
    T one{};
    TRY(const Status status, ask(number, one));
    // For the first it is no end: it says that the library does not know what it is asked with.
    if (status == Status::invalid_argument && number > 0) {
      break;
    }
    if (status != Status::success && status != Status::not_supported) {
      return fail(session.error(function, status));
    }
    const bool again = std::ranges::find(all, one.id, &T::id) != all.end();
    if (status == Status::success && !again) {
      all.push_back(one);
    }
  }
  return all;
}

}  // namespace

Result<MigMode> mig_mode_of(const Session& session, Device device) {
  std::uint32_t current = 0;
  std::uint32_t pending = 0;
  TRY_VOID(session.call(kGetMigMode, device, &current, &pending));
  return MigMode{.current = current != 0, .pending = pending != 0};
}

Result<std::vector<GpuProfile>> profiles_of(const Session& session, Device device) {
  TRY(const MigMode mode, mig_mode_of(session, device));
  TRY(std::vector<GpuProfile> profiles,
      every<GpuProfile>(session, kGpuProfile.name, [&](std::uint32_t number, GpuProfile& profile) {
        profile.version = version_word<GpuProfile>(2);
        return session.ask(kGpuProfile, device, number, &profile);
      }));
  // nvml.h, nvmlDeviceGetGpuInstanceProfileInfoV: NOT_SUPPORTED where MIG mode is not enabled.
  if (profiles.empty() && !mode.current) {
    return fail(session.error(EOPNOTSUPP, "MIG is off, and the driver tells no profiles then"));
  }
  return profiles;
}

std::string name_of(const GpuProfile& profile) {
  constexpr std::string_view kBefore = "MIG ";
  std::string_view name(profile.name.data(), ::strnlen(profile.name.data(), profile.name.size()));
  if (name.starts_with(kBefore)) {
    name.remove_prefix(kBefore.size());
  }
  return std::string(name);
}

Result<std::vector<Placement>> placements_of(const Session& session,
                                             Device device,
                                             std::uint32_t profile) {
  std::uint32_t count = 0;
  TRY_VOID(session.call(kPlacements, device, profile, nullptr, &count));
  std::vector<Placement> placements(count);
  if (count > 0) {
    TRY_VOID(session.call(kPlacements, device, profile, placements.data(), &count));
    placements.resize(std::min<std::size_t>(count, placements.size()));
  }
  return placements;
}

Result<std::vector<Instance>> instances_of(const Session& session, Device device) {
  TRY(const MigMode mode, mig_mode_of(session, device));
  std::vector<Instance> instances;
  if (!mode.current) {
    return instances;
  }
  TRY(const std::vector<GpuProfile> profiles, profiles_of(session, device));
  for (const GpuProfile& profile : profiles) {
    std::vector<GpuInstance> handles(profile.instances);
    std::uint32_t count = profile.instances;
    if (count > 0) {
      TRY_VOID(session.call(kGpuInstances, device, profile.id, handles.data(), &count));
      handles.resize(std::min<std::size_t>(count, handles.size()));
    }
    for (GpuInstance const handle : handles) {
      GpuInstanceInfo info{};
      TRY_VOID(session.call(kGpuInstanceInfo, handle, &info));
      instances.push_back({.handle = handle,
                           .id = info.id,
                           .start = info.placement.start,
                           .profile = name_of(profile)});
    }
  }
  return instances;
}

Result<std::vector<ComputeProfile>> compute_profiles_of(const Session& session, GpuInstance of) {
  return every<ComputeProfile>(
      session, kComputeProfile.name, [&](std::uint32_t number, ComputeProfile& profile) {
        return session.ask(kComputeProfile, of, number, kSharedEngines, &profile);
      });
}

Result<std::vector<ComputeInstance>> compute_instances_of(const Session& session, GpuInstance of) {
  TRY(const std::vector<ComputeProfile> profiles, compute_profiles_of(session, of));
  std::vector<ComputeInstance> all;
  for (const ComputeProfile& profile : profiles) {
    std::vector<ComputeInstance> some(profile.instances);
    std::uint32_t count = profile.instances;
    if (count > 0) {
      TRY_VOID(session.call(kComputeInstances, of, profile.id, some.data(), &count));
      some.resize(std::min<std::size_t>(count, some.size()));
      all.insert(all.end(), some.begin(), some.end());
    }
  }
  return all;
}

}  // namespace vfmgr::nvml
