// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/state.hpp"

#include "backends/mdevs.hpp"
#include "backends/nvidia/vf_moves.hpp"
#include "backends/nvidia/vgpu_wish.hpp"
#include "backends/toolkit.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"

namespace vfmgr::nvidia_mdev {

/// mdevs, their types and parameters, into a record.
void probe_vgpus(const Kernel& kernel, const PciAddress& pf, TypeNames names, State& into);

/// What a record tells of a GPU.
nvidia::GpuNow gpu_now(const Gpu& pf, const State& state);

/// Completes mdevs and their parameters.
void complete_vgpus(const Gpu& pf,
                    const nvidia::GpuNow& now,
                    const nvidia::Wished& wish,
                    const Desired& desired,
                    State& target);

/// The statements about vGPUs on a road.
class Vgpus {
 public:
  Vgpus(Road& road, const PciAddress& pf);

  void clear();
  void clear_others();
  void make();
  [[nodiscard]] nvidia::Part part();

 private:
  void settle_params(VfIndex vf);

  Road* road_;
  Mdevs mdevs_;
  PciAddress pf_;
};

}  // namespace vfmgr::nvidia_mdev
