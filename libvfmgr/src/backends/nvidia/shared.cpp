// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia/shared.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/state.hpp"

#include "backends/nvidia/pf_record.hpp"
#include "backends/nvidia/vgpu_wish.hpp"
#include "core/settings.hpp"
#include "kernel/kernel.hpp"

namespace vfmgr::nvidia {

Laid lay(const Kernel& kernel,
         const Gpu& gpu,
         const State& now,
         const Desired& desired,
         const Reader& reader) {
  Laid laid{.seen = now, .gpu = reader.gpu_now(gpu, now), .wish = {}};
  laid.wish = wished(gpu, laid.gpu, desired);
  if (!moves_vgpus(laid.wish, laid.gpu)) {
    return laid;
  }
  if (lacks_switches(now, gpu.address)) {
    probe_switches(kernel, gpu.address, laid.seen);
  }
  probe_types(kernel, gpu.address, laid.seen);
  if (reader.ask_more != nullptr) {
    reader.ask_more(kernel, gpu, laid.seen);
  }
  laid.gpu = reader.gpu_now(gpu, laid.seen);
  laid.wish = wished(gpu, laid.gpu, desired);
  return laid;
}

}  // namespace vfmgr::nvidia
