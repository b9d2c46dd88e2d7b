// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/inventory.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "backends/backend.hpp"
#include "backends/generic/backend.hpp"
#include "backends/intel_xe/backend.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"

#include <array>
#include <span>
#include <vector>

namespace vfmgr {

std::span<const Backend* const> shipped_backends() {
  static const std::array shipped{&intel_xe_backend(), &generic_backend()};
  return shipped;
}

void Backend::ask_dear(const Kernel& /*kernel*/, GpuFacts& /*facts*/) const {}

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
