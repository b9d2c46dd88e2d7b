// SPDX-License-Identifier: Apache-2.0
#include "kernel/nvml_mig.hpp"

#include "vfmgr/result.hpp"

#include "core/numbers.hpp"
#include "core/try.hpp"
#include "kernel/nvml_abi.hpp"
#include "kernel/nvml_instances.hpp"
#include "kernel/nvml_session.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::nvml {

namespace {

constexpr std::string_view kCreate = "create ";
constexpr std::string_view kDestroy = "destroy ";

std::string_view word_of(bool on) {
  return on ? "on" : "off";
}

std::optional<std::uint32_t> start_in(std::string_view text) {
  const auto start = decimal(text);
  if (!start || *start > std::numeric_limits<std::uint32_t>::max()) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(*start);
}

Error no_order(const Session& session) {
  return session.error(EINVAL,
                       "no order: one is 'on', 'off', 'create PROFILE START' or 'destroy START'");
}

Result<void> set_mode(const Session& session, Device device, bool on) {
  Status activation = Status::success;
  TRY_VOID(session.call(kSetMigMode, device, on ? 1U : 0U, &activation));
  if (activation != Status::success) {
    return fail(session.error(kSetMigMode.name, activation));
  }
  return {};
}

/// With all of the GPU instance's slices: what `nvidia-smi mig -cgi … -C` makes, and what a vGPU
/// needs (seen on hardware: bigstack-oss/cubecos issue 312). Of two that are as large the first:
/// the other is for several GPUs (nvml.h, NVML_COMPUTE_INSTANCE_PROFILE_7_SLICE_NVL).
Result<void> create_compute_instance(const Session& session, GpuInstance in) {
  TRY(const std::vector<ComputeProfile> profiles, compute_profiles_of(session, in));
  const auto largest = std::ranges::max_element(profiles, {}, &ComputeProfile::slices);
  if (largest == profiles.end()) {
    return fail(session.error(EOPNOTSUPP, "the GPU instance offers no compute instance"));
  }
  ComputeInstance made = nullptr;
  return session.call(kCreateComputeInstance, in, largest->id, &made);
}

Result<void> create(const Session& session,
                    Device device,
                    std::string_view name,
                    std::uint32_t start) {
  TRY(const MigMode mode, mig_mode_of(session, device));
  if (!mode.current) {
    return fail(session.error(EOPNOTSUPP, "MIG is off"));
  }
  TRY(const std::vector<GpuProfile> profiles, profiles_of(session, device));
  const auto profile = std::ranges::find(profiles, name, name_of);
  if (profile == profiles.end()) {
    return fail(session.error(EINVAL, "the GPU has no profile " + std::string(name)));
  }
  TRY(const std::vector<Placement> placements, placements_of(session, device, profile->id));
  const auto placement = std::ranges::find(placements, start, &Placement::start);
  if (placement == placements.end()) {
    return fail(session.error(EINVAL, std::string(name) + " can't start there"));
  }
  GpuInstance made = nullptr;
  TRY_VOID(session.call(kCreateGpuInstance, device, profile->id, &*placement, &made));
  return create_compute_instance(session, made);
}

Result<void> destroy(const Session& session, Device device, std::uint32_t start) {
  TRY(const std::vector<Instance> instances, instances_of(session, device));
  const auto instance = std::ranges::find(instances, start, &Instance::start);
  if (instance == instances.end()) {
    return fail(session.error(ENODEV, "no GPU instance starts there"));
  }
  TRY(const std::vector<ComputeInstance> inside, compute_instances_of(session, instance->handle));
  for (ComputeInstance const one : inside) {
    TRY_VOID(session.call(kDestroyComputeInstance, one));
  }
  return session.call(kDestroyGpuInstance, instance->handle);
}

}  // namespace

Result<std::string> read_mig(const Session& session, Device device) {
  TRY(const MigMode mode, mig_mode_of(session, device));
  std::string text(word_of(mode.current));
  if (mode.pending != mode.current) {
    return (text += ", ").append(word_of(mode.pending)) += " after a reset\n";
  }
  TRY(std::vector<Instance> instances, instances_of(session, device));
  std::ranges::sort(instances, {}, &Instance::start);
  std::string all;
  for (const Instance& instance : instances) {
    TRY(const std::vector<ComputeInstance> inside, compute_instances_of(session, instance.handle));
    all += all.empty() ? "" : " ";
    all +=
        instance.profile + "@" + std::to_string(instance.start) + (inside.empty() ? "/bare" : "");
  }
  return (all.empty() ? text : all) + "\n";
}

Result<void> write_mig(const Session& session, Device device, std::string_view order) {
  if (order == "on" || order == "off") {
    return set_mode(session, device, order == "on");
  }
  const std::size_t space = order.rfind(' ');
  const auto start = start_in(order.substr(space + 1));  // no space: npos + 1 is 0
  if (!start) {
    return fail(no_order(session));
  }
  if (order.starts_with(kCreate) && space > kCreate.size()) {
    const std::string_view name = order.substr(kCreate.size(), space - kCreate.size());
    return create(session, device, name, *start);
  }
  if (order.starts_with(kDestroy) && space + 1 == kDestroy.size()) {
    return destroy(session, device, *start);
  }
  return fail(no_order(session));
}

Result<std::string> read_mig_profiles(const Session& session, Device device) {
  TRY(std::vector<GpuProfile> profiles, profiles_of(session, device));
  std::ranges::sort(profiles, {}, &GpuProfile::id);
  std::string text;
  for (const GpuProfile& profile : profiles) {
    TRY(const std::vector<Placement> placements, placements_of(session, device, profile.id));
    text += std::to_string(profile.id) + " " + name_of(profile) + " " +
            std::to_string(profile.instances) + " " +
            std::to_string(placements.empty() ? 0 : placements.front().size) + ":";
    for (const Placement& placement : placements) {
      text += std::to_string(placement.start) + (&placement == &placements.back() ? "" : ",");
    }
    text += '\n';
  }
  return text;
}

Result<std::string> read_instance_ids(const Session& session, Device device) {
  TRY(std::vector<Instance> instances, instances_of(session, device));
  std::ranges::sort(instances, {}, &Instance::id);
  std::string text;
  for (const Instance& instance : instances) {
    text += std::to_string(instance.id) + " " + std::to_string(instance.start) + "\n";
  }
  return text;
}

}  // namespace vfmgr::nvml
