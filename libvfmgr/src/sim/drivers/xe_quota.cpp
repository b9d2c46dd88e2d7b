// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/xe_quota.hpp"

#include "sim/driver.hpp"
#include "sim/drivers/xe_card.hpp"
#include "sim/drivers/xe_control.hpp"
#include "sim/drivers/xe_paths.hpp"
#include "sim/drivers/xe_state.hpp"
#include "sim/machine.hpp"
#include "sim/pending.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <string_view>

namespace vfmgr::sim::xe {

namespace {

/// A VF that a VM has, or that xe itself drives on the host, and that has not been stopped. (That
/// an enabled VF which nobody uses takes a new quota, and a running one gives EIO, is what the
/// text of the patch for vram_quota says.)
bool runs(const Machine& machine, const Card& card, std::uint32_t vf) {
  const auto address = machine.vf_address(card.pf, vf - 1);
  if (!address || machine.pf_of(*address) != card.pf || is_stopped(machine, card, vf)) {
    return false;
  }
  const SimDriver* rules = machine.rules_of(*address);
  return user_of(machine, *address) || (rules != nullptr && rules->name() == "xe");
}

/// Rounded up; what does not fit into `free` stays as it is, for the caller to refuse.
std::uint64_t rounded_up(std::uint64_t wanted, std::uint64_t unit, std::uint64_t free) {
  return wanted > free ? wanted : (wanted + unit - 1) / unit * unit;
}

std::string_view spare_of(std::string_view quota) {
  return quota == kContexts ? kContextsSpare : kDoorbellsSpare;
}

}  // namespace

std::uint64_t free_vram(const Machine& machine, const Card& card, const Item& item) {
  const std::uint64_t all = card.vram / card.tiles;
  return all - std::min(all, used(machine, card, item));
}

std::uint64_t free_ggtt(const Machine& machine, const Card& card, const Item& item) {
  return kAllGgtt - std::min(kAllGgtt, used(machine, card, item));
}

std::uint64_t all_ids(std::string_view name) {
  return name == kContexts ? kAllContexts : kAllDoorbells;
}

std::uint64_t free_ids(const Machine& machine, const Card& card, const Item& item) {
  const std::uint64_t all = all_ids(item.name);
  const std::uint64_t spare =
      value(machine, card, {.function = 0, .unit = item.unit, .name = spare_of(item.name)});
  const std::uint64_t left = all - std::min(all, spare);
  return left - std::min(left, used(machine, card, item));
}

int give_vram(Machine& machine, const Card& card, std::uint32_t vf, std::uint64_t wanted) {
  const std::uint64_t unit = Card::vram_page() * std::max(card.tiles, 1U);
  std::uint64_t least = UINT64_MAX;
  for (std::uint32_t tile = 0; tile < card.tiles; ++tile) {
    least =
        std::min(least, free_vram(machine, card, {.function = vf, .unit = tile, .name = kVram}));
  }
  const std::uint64_t free = least * card.tiles;
  const std::uint64_t rounded = rounded_up(wanted, unit, free);
  const bool fits = rounded <= free;
  if (fits && rounded == vram_of(machine, card, vf)) {
    return 0;
  }
  if (runs(machine, card, vf)) {
    return EIO;  // GuC refuses
  }
  set_vram_of(machine, card, vf, fits ? rounded : 0);
  return fits ? 0 : ENOSPC;
}

int give_vram_on(Machine& machine, const Card& card, const Item& item, std::uint64_t wanted) {
  if (!card.lmtt) {
    return EPERM;
  }
  const std::uint64_t free = free_vram(machine, card, item);
  const std::uint64_t rounded = rounded_up(wanted, Card::vram_page(), free);
  const bool fits = rounded <= free;
  if (fits && rounded == value(machine, card, item)) {
    return 0;
  }
  if (runs(machine, card, item.function)) {
    return EIO;
  }
  set_value(machine, card, item, fits ? rounded : 0);
  return fits ? 0 : ENOSPC;
}

int give_ggtt(Machine& machine, const Card& card, const Item& item, std::uint64_t wanted) {
  const std::uint64_t free = free_ggtt(machine, card, item);
  const std::uint64_t rounded = rounded_up(wanted, card.ggtt_page, free);
  const bool fits = rounded <= free;
  set_value(machine, card, item, fits ? rounded : 0);
  return fits ? 0 : ENOSPC;
}

int give_ids(Machine& machine, const Card& card, const Item& item, std::uint64_t wanted) {
  if (wanted > all_ids(item.name)) {
    return EINVAL;
  }
  // Giving none back is never refused, however much the PF keeps.
  const bool fits = wanted <= free_ids(machine, card, item);
  set_value(machine, card, item, fits ? wanted : 0);
  return fits ? 0 : EDQUOT;
}

int keep_spare(Machine& machine, const Card& card, const Item& item, std::uint64_t wanted) {
  std::uint64_t least = 0;
  std::uint64_t most = UINT64_MAX;
  if (item.name == kContextsSpare) {
    least = kLeastContexts;
    most = kAllContexts;  // assumed to be refused as a quota of so many is
  } else if (item.name == kDoorbellsSpare) {
    most = kAllDoorbells;  // the same
  } else {
    least = item.name == kGgttSpare ? kLeastGgtt : kLeastVram;
  }
  if (wanted < least || wanted > most) {
    return EINVAL;
  }
  set_value(machine, card, item, wanted);
  return 0;
}

std::uint64_t clamped_time(std::string_view name, std::uint64_t wanted) {
  constexpr std::uint64_t kMostQuantum = 100'000;      // ms
  constexpr std::uint64_t kMostTimeout = 100'000'000;  // us
  return std::min(wanted, name == kQuantum ? kMostQuantum : kMostTimeout);
}

}  // namespace vfmgr::sim::xe
