// SPDX-License-Identifier: Apache-2.0
#include "sim/drivers/i915_share.hpp"

#include "vfmgr/units.hpp"

#include "sim/drivers/i915_card.hpp"
#include "sim/kernel_text.hpp"
#include "sim/machine.hpp"
#include "sim/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace vfmgr::sim::i915 {

namespace {

constexpr std::uint64_t kMiB = 1ULL << 20U;
constexpr std::uint64_t kMostU16 = std::numeric_limits<std::uint16_t>::max();
constexpr std::uint64_t kMostU64 = std::numeric_limits<std::uint64_t>::max();
// Assumed: that VFs get GGTT up to where xe's ends (xe 7.0: GUC_GGTT_TOP), and from 0 on. No source
// says how much i915 itself takes of it.
constexpr std::uint64_t kGgttTop = 0xFEE00000;
constexpr std::uint64_t kContexts = 65535;
constexpr std::uint64_t kDoorbells = 256;

/// Where a VF's range begins. No part of the host: only what VFs have can be seen, so two hosts
/// that differ in nothing else are equal.
std::string range_path(const Card& card, const Gt& gt, const Resource& resource, std::uint32_t vf) {
  return fmt::format(
      "volatile/i915/{}/{}/{}/{}", vfmgr::to_string(card.pf), gt.name, resource.name, vf);
}

/// Ranges by where they begin, with their lengths.
using Ranges = std::map<std::uint64_t, std::uint64_t>;

/// Assumed: first fit, from the bottom.
std::optional<std::uint64_t> first_hole(const Ranges& ranges,
                                        std::uint64_t total,
                                        std::uint64_t length) {
  std::uint64_t at = 0;
  for (const auto& [start, taken] : ranges) {
    if (start >= at && start - at >= length) {
      return at;
    }
    at = std::max(at, start + taken);
  }
  return total >= at && total - at >= length ? std::optional(at) : std::nullopt;
}

/// Where everybody's range is, VF `but` left out. What a host file says that VFs have, and not
/// where, gets a place.
Ranges ranges_of(const Machine& machine,
                 const Card& card,
                 const Gt& gt,
                 const Resource& resource,
                 std::uint32_t but) {
  Ranges ranges;
  std::vector<std::uint64_t> nowhere;
  for (std::uint32_t vf = 1; vf <= card.vfs; ++vf) {
    const std::uint64_t length = vf == but ? 0 : value(machine, card, vf, gt, resource.quota());
    if (length == 0) {
      continue;
    }
    const std::string* start =
        machine.tree().text(Space::hidden, range_path(card, gt, resource, vf));
    const auto at = start == nullptr ? std::nullopt : stored_number(*start);
    if (at) {
      ranges[*at] = length;
    } else {
      nowhere.push_back(length);
    }
  }
  for (const std::uint64_t length : nowhere) {
    if (const auto at = first_hole(ranges, resource.total, length)) {
      ranges[*at] = length;
    }
  }
  return ranges;
}

}  // namespace

std::vector<Resource> resources_of(const Card& card, const Gt& gt) {
  std::vector<Resource> all;
  if (!gt.media) {
    all.push_back({.name = "ggtt",
                   .total = kGgttTop,
                   .page = card.ggtt_page,
                   .min_spare = 64 * kMiB,
                   .most_written = kMostU64});
    if (card.lmem != 0) {
      all.push_back({.name = "lmem",
                     .total = card.lmem,
                     .page = 2 * kMiB,
                     .min_spare = 128 * kMiB,
                     .most_written = kMostU64,
                     .in_one_piece = false});
    }
  }
  all.push_back({.name = "contexts",
                 .total = kContexts,
                 .page = 128,
                 .min_spare = 256,
                 .most_written = kMostU16});
  all.push_back({.name = "doorbells", .total = kDoorbells, .most_written = kMostU16});
  return all;
}

std::uint64_t free_of(const Machine& machine,
                      const Card& card,
                      const Gt& gt,
                      const Resource& resource,
                      std::uint32_t but) {
  std::uint64_t left = resource.total;
  left -= std::min(left, value(machine, card, 0, gt, resource.spare()));
  for (std::uint32_t vf = 1; vf <= card.vfs; ++vf) {
    left -= std::min(left, vf == but ? 0 : value(machine, card, vf, gt, resource.quota()));
  }
  return left;
}

std::uint64_t largest_of(const Machine& machine,
                         const Card& card,
                         const Gt& gt,
                         const Resource& resource) {
  const std::uint64_t free = free_of(machine, card, gt, resource);
  if (!resource.in_one_piece) {
    return free;
  }
  std::uint64_t largest = 0;
  std::uint64_t at = 0;
  for (const auto& [start, taken] : ranges_of(machine, card, gt, resource, 0)) {
    largest = std::max(largest, start > at ? start - at : 0);
    at = std::max(at, start + taken);
  }
  largest = std::max(largest, resource.total > at ? resource.total - at : 0);
  return std::min(largest, free);
}

int set_quota(Machine& machine,
              const Card& card,
              const Gt& gt,
              const Resource& resource,
              std::uint32_t vf,
              std::uint64_t wanted) {
  if (wanted > kMostU64 - (resource.page - 1)) {
    return EOVERFLOW;  // assumed: no source says which request it is that overflows
  }
  const std::uint64_t rounded = (wanted + resource.page - 1) / resource.page * resource.page;
  if (rounded == value(machine, card, vf, gt, resource.quota())) {
    return 0;
  }
  const std::string range = range_path(card, gt, resource, vf);
  if (rounded == 0) {
    machine.tree().erase(Space::hidden, range);
  } else {
    if (rounded > free_of(machine, card, gt, resource, vf)) {
      return EDQUOT;
    }
    if (resource.in_one_piece) {
      const auto start =
          first_hole(ranges_of(machine, card, gt, resource, vf), resource.total, rounded);
      if (!start) {
        return ENOSPC;
      }
      machine.tree().put(Space::hidden, range, std::to_string(*start));
    }
  }
  set_value(machine, card, vf, gt, resource.quota(), rounded);
  return 0;
}

// What exactly counts as free no source says; assumed: what neither VFs have nor the PF keeps as
// its spare.
void show_available(Machine& machine, const Card& card, const Gt& gt) {
  for (const Resource& resource : resources_of(card, gt)) {
    set_value(machine,
              card,
              0,
              gt,
              fmt::format("available/{}_free", resource.name),
              free_of(machine, card, gt, resource));
    set_value(machine,
              card,
              0,
              gt,
              fmt::format("available/{}_max_quota", resource.name),
              largest_of(machine, card, gt, resource));
  }
}

void forget_ranges(Machine& machine, const PciAddress& pf) {
  machine.tree().erase(Space::hidden, "volatile/i915/" + vfmgr::to_string(pf));
}

}  // namespace vfmgr::sim::i915
