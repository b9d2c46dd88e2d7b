// SPDX-License-Identifier: Apache-2.0
#include "backends/amd_gim/together.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/state.hpp"

#include "backends/amd_gim/reload.hpp"
#include "backends/pci_record.hpp"
#include "core/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace vfmgr::amd_gim {

namespace {

std::uint32_t count_of(const State& state, const Gpu& gpu) {
  return recorded_count(state, gpu.address).value_or(0);
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
