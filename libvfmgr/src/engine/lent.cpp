// SPDX-License-Identifier: Apache-2.0
#include "engine/lent.hpp"

#include "vfmgr/inventory.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/units.hpp"

#include "backends/pci_record.hpp"
#include "backends/toolkit.hpp"
#include "core/attr.hpp"
#include "engine/users.hpp"
#include "kernel/kernel.hpp"
#include "pci/attrs.hpp"
#include "pci/drivers.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vfmgr {

namespace {

/// The VFs of a GPU that are on another vfio driver than is wanted.
void add_misplaced(const PciAddress& pf,
                   const State& now,
                   const State& target,
                   std::vector<Function>& functions) {
  const auto count = recorded_count(now, pf);
  if (!count || count != recorded_count(target, pf)) {
    return;  // VFs that are made anew are taken away first, and their users asked
  }
  for (std::uint32_t index = 0; index < *count; ++index) {
    const VfIndex vf{static_cast<std::uint16_t>(index)};
    const auto is = now.find(pci::of(pci::kVfDriver, pf, vf));
    const auto wanted = target.find(pci::of(pci::kVfDriver, pf, vf));
    if (is != now.end() && wanted != target.end() && is->second.is != wanted->second.is &&
        pci::is_vfio(is->second.text()) && pci::is_vfio(wanted->second.text())) {
      functions.push_back({.pf = pf, .vf = vf});
    }
  }
}

}  // namespace

std::vector<Function> keep_lent(const Kernel& kernel,
                                const Unit& unit,
                                const State& now,
                                State& target) {
  std::vector<Function> misplaced;
  for (const Gpu& gpu : unit.gpus) {
    add_misplaced(gpu.address, now, target, misplaced);
  }
  std::vector<Function> lent;
  const std::vector<Use> uses =
      users_of(kernel, misplaced, Claims::not_made, [](const PciAddress&) -> const Backend* {
        return nullptr;  // each is on a vfio driver
      });
  for (std::size_t at = 0; at < uses.size(); ++at) {
    if (uses[at].in_use == false) {
      continue;
    }
    const Function& vf = misplaced[at];
    for (const Attr* const attr : {&pci::kVfDriver, &pci::kVfOverride}) {
      const Place place = pci::of(*attr, vf.pf, *vf.vf);
      if (const auto found = now.find(place); found != now.end()) {
        target[place] = found->second;
      } else {
        target.erase(place);
      }
    }
    lent.push_back(vf);
  }
  return lent;
}

}  // namespace vfmgr
