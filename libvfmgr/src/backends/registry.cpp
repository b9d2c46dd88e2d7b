// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/amd/attrs.hpp"
#include "backends/amd/gpuiov.hpp"
#include "backends/amd/mapped.hpp"
#include "backends/amd_gim/backend.hpp"
#include "backends/amd_gim_s7150/backend.hpp"
#include "backends/amd_gpuiov/backend.hpp"
#include "backends/backend.hpp"
#include "backends/generic/backend.hpp"
#include "backends/intel/attrs.hpp"
#include "backends/intel/mapped.hpp"
#include "backends/intel/prerequisites.hpp"
#include "backends/intel_i915/backend.hpp"
#include "backends/intel_xe/backend.hpp"
#include "backends/nvidia/attrs.hpp"
#include "backends/nvidia/mapped.hpp"
#include "backends/nvidia_mdev/backend.hpp"
#include "backends/nvidia_vfio/backend.hpp"
#include "backends/virtio/attrs.hpp"
#include "backends/virtio/backend.hpp"
#include "backends/virtio/inventory.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"

#include <array>
#include <optional>
#include <span>
#include <vector>

namespace vfmgr {

std::span<const Backend* const> shipped_backends() {
  static const std::array shipped{&intel_xe_backend(),
                                  &intel_i915_backend(),
                                  &amd_gpuiov_backend(),
                                  &amd_gim_backend(),
                                  &amd_gim_s7150_backend(),
                                  &nvidia_vfio_backend(),
                                  &nvidia_mdev_backend(),
                                  &virtio_backend(),
                                  &generic_backend()};
  return shipped;
}

std::span<const Vendor> shipped_vendors() {
  static constexpr std::array kShipped{
      Vendor{.attrs = intel::kAttrs,
             .prerequisites = intel::prerequisites,
             .mapped = intel::mapped_registers},
      Vendor{.attrs = amd::kAttrs, .registers = amd::read_gpuiov, .mapped = amd::mapped_registers},
      Vendor{.attrs = nvidia::kAttrs, .mapped = nvidia::mapped_registers},
      Vendor{.attrs = virtio::kAttrs, .prerequisites = virtio::inventory}};
  return kShipped;
}

void Backend::ask_dear(const Kernel& /*kernel*/, GpuFacts& /*facts*/) const {}

void Backend::ask_identity(const Kernel& /*kernel*/, GpuFacts& /*facts*/) const {}

std::optional<std::vector<Place>> Backend::user_nodes(const Kernel& /*kernel*/,
                                                      const PciAddress& /*pf*/,
                                                      std::optional<VfIndex> /*vf*/) const {
  return std::nullopt;
}

std::vector<FitView> Backend::what_fits(const Gpu& /*gpu*/, const State& /*now*/) const {
  return {};
}

std::vector<Finding> Backend::remarks(const Kernel& /*kernel*/,
                                      const Gpu& /*gpu*/,
                                      const State& /*state*/) const {
  return {};
}

void Backend::mark_own(const Gpu& /*gpu*/, State& /*record*/) const {}

void Backend::explain(const Kernel& /*kernel*/, const Unit& /*unit*/, Error& /*error*/) const {}

std::vector<Unit> Backend::units(const Kernel& /*kernel*/, std::span<const Gpu> gpus) const {
  std::vector<Unit> units;
  units.reserve(gpus.size());
  for (const Gpu& gpu : gpus) {
    units.push_back({.gpus = {gpu}, .why_together = {}});
  }
  return units;
}

std::vector<Error> Backend::fits_together(const Unit& /*unit*/,
                                          const State& /*now*/,
                                          std::span<const Desired> /*desired*/) const {
  return {};
}

}  // namespace vfmgr
