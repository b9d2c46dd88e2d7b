// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/inventory.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/state.hpp"

#include "backends/nvidia/vf_moves.hpp"
#include "backends/nvidia/vgpu_wish.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"

#include <span>
#include <utility>

namespace vfmgr::nvidia {

// What the two backends say alike, each with its own record and its own statements about vGPUs.

/// How a backend reads its own record.
struct Reader {
  GpuNow (*gpu_now)(const Gpu& gpu, const State& state);
  /// Adds what a record lacks where a vGPU is to move; nullptr: nothing beside what both ask.
  void (*ask_more)(const Kernel& kernel, const Gpu& gpu, State& into);
};

/// A wish laid over what is there.
struct Laid {
  State seen;
  GpuNow gpu;
  Wished wish;  ///< points into `gpu`
};
/// Where a vGPU is to move, the driver is asked what the record leaves out.
Laid lay(const Kernel& kernel,
         const Gpu& gpu,
         const State& now,
         const Desired& desired,
         const Reader& reader);

/// The order that the hardware wants, whichever way vGPUs are made.
template <class Vgpus>
UnitPlan lower_with(const Unit& unit,
                    const State& now,
                    const State& want,
                    std::span<const Attr> attrs) {
  Road road(unit, now, want, attrs);
  for (const Gpu& gpu : unit.gpus) {
    Vgpus vgpus(road, gpu.address);
    const Part part = vgpus.part();
    move_vfs(road, gpu, part);
    settle_mixing(road, gpu.address, part);
    vgpus.clear_others();
    settle_instances(road, gpu);
    vgpus.make();
    close(road, gpu.address, part);
  }
  return std::move(road).plan();
}

}  // namespace vfmgr::nvidia
