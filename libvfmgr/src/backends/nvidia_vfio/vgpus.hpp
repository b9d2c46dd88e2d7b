// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/state.hpp"

#include "backends/nvidia/vf_moves.hpp"
#include "backends/nvidia/vgpu_wish.hpp"
#include "backends/toolkit.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace vfmgr::nvidia_vfio {

/// The files of each VF's vGPU, into a record; of one that has none only that. Where a VF has a
/// type that no table knows, what NVML calls it, too.
void probe_vgpus(const Kernel& kernel, const Gpu& gpu, State& into);

/// While all are of one size, or live in instances, a place is the driver's own choice.
void mark_places(const PciAddress& pf, State& record);

/// What a record tells of a GPU.
nvidia::GpuNow gpu_now(const Gpu& pf, const State& state);

/// Completes types, parameters and places.
void complete_vgpus(const Gpu& pf,
                    const nvidia::GpuNow& now,
                    const nvidia::Wished& wish,
                    const Desired& desired,
                    State& target);

/// The statements about vGPUs on a road.
class Vgpus {
 public:
  Vgpus(Road& road, const PciAddress& pf) : road_(&road), pf_(pf) {}

  /// Takes every vGPU off its VF.
  void clear();
  /// Takes off those that the target wants otherwise.
  void clear_others();
  /// Makes those that are missing, in the order of their places, and gives each its parameters.
  void make();
  void await_ready(VfIndex vf);
  [[nodiscard]] nvidia::Part part();

 private:
  void clear_one(VfIndex vf);
  void make_one(VfIndex vf);
  void create(VfIndex vf, const Value& type);
  void settle_instance(VfIndex vf);
  void settle_params(VfIndex vf, const std::vector<Place>& users);

  Road* road_;
  PciAddress pf_;
};

}  // namespace vfmgr::nvidia_vfio
