// SPDX-License-Identifier: Apache-2.0
#include "backends/amd_gim/together.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/amd_gim/module.hpp"
#include "backends/pci_record.hpp"
#include "core/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr::amd_gim {

namespace {

std::uint32_t count_of(const State& state, const Gpu& gpu) {
  return recorded_count(state, gpu.address).value_or(0);
}

Error differing(const Gpu& gpu,
                const Gpu& with,
                const State& target,
                std::span<const Desired> desired) {
  const auto wish = std::ranges::find(desired, gpu.address, &Desired::gpu);
  const Spot& spot = wish != desired.end() ? wish->vfs_where : desired.front().where;
  Error error{.kind = ErrorKind::does_not_fit,
              .subject = to_string(gpu.address),
              .value = std::to_string(count_of(target, gpu)),
              .why = fmt::format(
                  "{} is to have {} VFs, and in which order gim counts GPUs of two kinds is not "
                  "known",
                  to_string(with.address),
                  count_of(target, with)),
              .help = "give all GPUs of gim the same 'vfs'"};
  if (spot.line != 0) {
    error.spot = spot;
  }
  return error;
}

}  // namespace

std::vector<Error> faults_together(const Unit& unit,
                                   const State& now,
                                   const State& target,
                                   std::span<const Desired> desired) {
  const auto with =
      std::ranges::find_if(unit.gpus, [&](const Gpu& gpu) { return count_of(target, gpu) > 0; });
  if (with == unit.gpus.end()) {
    return {};
  }
  std::vector<Error> faults;
  for (const Gpu& gpu : unit.gpus) {
    // gim_drv.c: they are numbered id by id as the driver's table has them, which later versions
    // extended.
    const bool of_two_kinds = gpu.device_id != unit.gpus.front().device_id;
    if (of_two_kinds && count_of(target, gpu) > 0 &&
        count_of(target, gpu) != count_of(target, *with)) {
      faults.push_back(differing(gpu, *with, target, desired));
    }
    if (count_of(target, gpu) > 0) {
      continue;
    }
    const auto wish = std::ranges::find(desired, gpu.address, &Desired::gpu);
    const bool named = wish != desired.end();
    const bool had_none = count_of(now, gpu) == 0;
    Error error{
        .kind = ErrorKind::does_not_fit,
        .subject = to_string(gpu.address),
        .value = "0",
        .why = fmt::format("gim makes at least one VF on each of its GPUs, and {} is to have some",
                           to_string(with->address)),
        .help = named ? "give it 'vfs = 1' or more, or take the VFs of all GPUs of gim away"
                      : "name it in the profile, too, or keep it from gim (enabled_devices)"};
    const bool loads = recorded_text(now, module_place()).empty();
    if (!named && had_none && !loads) {
      continue;  // gim has it, and makes none there: that is as it was
    }
    const Spot spot = named ? wish->vfs_where : desired.front().where;
    if (spot.line != 0) {
      error.spot = spot;
    }
    faults.push_back(std::move(error));
  }
  return faults;
}

}  // namespace vfmgr::amd_gim
