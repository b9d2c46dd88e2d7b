// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/xe_provision.hpp"

#include "sim/drivers/xe_card.hpp"
#include "sim/drivers/xe_paths.hpp"
#include "sim/drivers/xe_quota.hpp"
#include "sim/drivers/xe_share.hpp"
#include "sim/drivers/xe_state.hpp"
#include "sim/machine.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <string_view>

namespace vfmgr::sim::xe {

namespace {

constexpr std::array<std::string_view, 2> kIds{kContexts, kDoorbells};
constexpr std::array<std::string_view, 2> kMemory{kGgtt, kVram};

/// Whether one of VFs 1 to `vfs` has a quota on this GT. (That time slices and thresholds do not
/// count is assumed.)
bool has_some(const Machine& machine, const Card& card, const Gt& gt, std::uint32_t vfs) {
  const auto has = [&](std::uint32_t vf, std::uint32_t unit, std::string_view name) {
    return value(machine, card, {.function = vf, .unit = unit, .name = name}) != 0;
  };
  for (std::uint32_t vf = 1; vf <= vfs; ++vf) {
    const bool ids =
        std::ranges::any_of(kIds, [&](std::string_view name) { return has(vf, gt.index, name); });
    const bool memory = !gt.media && std::ranges::any_of(kMemory, [&](std::string_view name) {
      return has(vf, gt.tile, name);
    });
    if (ids || memory) {
      return true;
    }
  }
  return false;
}

void drop_quotas(Machine& machine, const Card& card, std::uint32_t vf, bool vram) {
  for (const Gt& gt : card.gts) {
    for (const std::string_view name : kIds) {
      set_value(machine, card, {.function = vf, .unit = gt.index, .name = name}, 0);
    }
  }
  for (std::uint32_t tile = 0; tile < card.tiles; ++tile) {
    set_value(machine, card, {.function = vf, .unit = tile, .name = kGgtt}, 0);
  }
  if (vram) {
    set_vram_of(machine, card, vf, 0);
  }
}

/// What VFs 1 to `vfs` each get of one thing.
void give_each(Machine& machine,
               const Card& card,
               std::uint32_t vfs,
               std::uint32_t unit,
               std::string_view name,
               std::uint64_t share) {
  for (std::uint32_t vf = 1; vf <= vfs; ++vf) {
    set_value(machine, card, {.function = vf, .unit = unit, .name = name}, share);
  }
}

int provision_vram_on(Machine& machine, const Card& card, std::uint32_t vfs, std::uint32_t tile) {
  if (card.vram == 0 || !card.lmtt) {
    return 0;  // a device without VRAM of its own has none to give
  }
  const std::uint64_t free = free_vram(machine, card, {.function = 0, .unit = tile, .name = kVram});
  const std::uint64_t spare =
      value(machine, card, {.function = 0, .unit = tile, .name = kVramSpare});
  const std::uint64_t share = fair_tile_vram(card, free - std::min(free, spare), vfs);
  give_each(machine, card, vfs, tile, kVram, share);
  return share == 0 ? ENOSPC : 0;
}

/// GGTT (of a graphics GT), contexts and doorbells.
int provision_gt(Machine& machine, const Card& card, std::uint32_t vfs, const Gt& gt) {
  if (!gt.media) {
    const std::uint64_t hole =
        free_ggtt(machine, card, {.function = 0, .unit = gt.tile, .name = kGgtt});
    const std::uint64_t spare =
        value(machine, card, {.function = 0, .unit = gt.tile, .name = kGgttSpare});
    const std::uint64_t share = fair_ggtt(card, hole - std::min(hole, spare), vfs);
    if (share == 0) {
      return ENOSPC;
    }
    give_each(machine, card, vfs, gt.tile, kGgtt, share);
  }
  for (const std::string_view name : kIds) {
    const std::uint64_t free =
        free_ids(machine, card, {.function = 0, .unit = gt.index, .name = name});
    const std::uint64_t share = fair_ids(card, name, free, vfs);
    if (share == 0 && name == kContexts) {
      return EDQUOT;  // assumed; doorbells are optional
    }
    give_each(machine, card, vfs, gt.index, name, share);
  }
  return 0;
}

/// VRAM of VFs for which nobody chose any: all of them or none (xekmd-backports d039fa85: as soon
/// as one VF has some, the step is skipped for all).
int provision_vram(Machine& machine, const Card& card, std::uint32_t vfs) {
  for (std::uint32_t vf = 1; vf <= vfs; ++vf) {
    if (vram_of(machine, card, vf) != 0) {
      return 0;
    }
  }
  if (card.vram == 0 || !card.lmtt) {
    return 0;
  }
  std::uint64_t free = 0;
  std::uint64_t spare = 0;
  for (std::uint32_t tile = 0; tile < card.tiles; ++tile) {
    free += free_vram(machine, card, {.function = 0, .unit = tile, .name = kVram});
    spare += value(machine, card, {.function = 0, .unit = tile, .name = kVramSpare});
  }
  const std::uint64_t share = fair_vram(card, free - std::min(free, spare), vfs);
  for (std::uint32_t vf = 1; vf <= vfs && share != 0; ++vf) {
    set_vram_of(machine, card, vf, share);
  }
  return share == 0 ? ENOSPC : 0;
}

/// Newer drivers (drm-xe-next: set_fair_sched in the PF's provisioning) choose the time slices of
/// the VFs that are enabled, over whatever was set before; older ones leave them as they are.
void choose_scheduling(Machine& machine, const Card& card, std::uint32_t vfs) {
  const auto quantum = machine.fact(card.pf, "fair_quantum_ms");
  const auto timeout = machine.fact(card.pf, "fair_timeout_us");
  for (std::uint32_t vf = 1; vf <= vfs; ++vf) {
    if (quantum) {
      set_on_all_gts(machine, card, {.function = vf, .unit = 0, .name = kQuantum}, *quantum);
    }
    if (timeout) {
      set_on_all_gts(machine, card, {.function = vf, .unit = 0, .name = kTimeout}, *timeout);
    }
  }
}

/// xe 6.17, 6.18: GT by GT, and silently not where a VF has something already.
int provision_by_gt(Machine& machine, const Card& card, std::uint32_t vfs) {
  for (const Gt& gt : card.gts) {
    if (has_some(machine, card, gt, vfs)) {
      continue;
    }
    if (const int error = provision_gt(machine, card, vfs, gt); error != 0) {
      return error;
    }
    const int error = gt.media ? 0 : provision_vram_on(machine, card, vfs, gt.tile);
    if (error != 0) {
      return error;
    }
  }
  return 0;
}

/// xe 6.19, 7.0: all VFs have to be without anything (that those above `vfs` do not count is
/// assumed).
int provision_empty(Machine& machine, const Card& card, std::uint32_t vfs) {
  const bool some =
      std::ranges::any_of(card.gts, [&](const Gt& gt) { return has_some(machine, card, gt, vfs); });
  return some ? EUCLEAN : provision_by_gt(machine, card, vfs);
}

/// After 7.0: what a VF has does not matter but for VRAM.
int provision_anew(Machine& machine, const Card& card, std::uint32_t vfs) {
  for (std::uint32_t vf = 1; vf <= vfs; ++vf) {
    drop_quotas(machine, card, vf, false);
  }
  for (const Gt& gt : card.gts) {
    if (const int error = provision_gt(machine, card, vfs, gt); error != 0) {
      return error;
    }
  }
  return provision_vram(machine, card, vfs);
}

void release(Machine& machine, const Card& card, std::uint32_t vfs) {
  for (std::uint32_t vf = 1; vf <= vfs; ++vf) {
    drop_quotas(machine, card, vf, true);
    for (const std::string_view name : {kQuantum, kTimeout}) {
      set_on_all_gts(machine, card, {.function = vf, .unit = 0, .name = name}, 0);
    }
    for (const std::string_view name : thresholds(card)) {
      set_on_all_gts(machine, card, {.function = vf, .unit = 0, .name = name}, 0);
    }
  }
}

}  // namespace

int provision(Machine& machine, const Card& card, std::uint32_t vfs) {
  if (is_custom(machine, card)) {
    return 0;
  }
  int error = 0;
  if (!card.has_modes()) {
    error = provision_by_gt(machine, card, vfs);
  } else if (card.release < kVramInSysfs) {
    error = provision_empty(machine, card, vfs);
  } else {
    choose_scheduling(machine, card, vfs);
    error = provision_anew(machine, card, vfs);
  }
  if (error != 0) {
    unprovision(machine, card, vfs);
  }
  return error;
}

void unprovision(Machine& machine, const Card& card, std::uint32_t vfs) {
  if (!is_custom(machine, card)) {
    release(machine, card, vfs);
  }
}

void reset_pf(Machine& machine, const Card& card) {
  if (card.resets_pf && !is_custom(machine, card)) {
    for (const std::string_view name : {kQuantum, kTimeout, kPriority}) {
      set_on_all_gts(machine, card, {.function = 0, .unit = 0, .name = name}, 0);
    }
  }
}

int restore_auto(Machine& machine, const Card& card) {
  if (machine.enabled_vfs(card.pf) != 0) {
    return EBUSY;
  }
  release(machine, card, card.total);
  set_custom(machine, card, false);
  return 0;
}

}  // namespace vfmgr::sim::xe
