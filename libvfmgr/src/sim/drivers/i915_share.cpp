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
constexpr std::uint64_t kContexts = 65535;  // GUC_MAX_CONTEXT_ID
constexpr std::uint64_t kPackage = 128;     // CTXS_GRANULARITY
constexpr std::uint64_t kPackages = (kContexts + 1) / kPackage;
constexpr std::uint64_t kDoorbells = 256;

/// Where a VF's range begins. No part of the host: only what VFs have can be seen, so two hosts
/// that differ in nothing else are equal.
std::string range_path(const Card& card, const Gt& gt, const Resource& resource, std::uint32_t vf) {
  return fmt::format(
      "volatile/i915/{}/{}/{}/{}", vfmgr::to_string(card.pf), gt.name, resource.name, vf);
}

/// Ranges by where they begin, with their lengths.
using Ranges = std::map<std::uint64_t, std::uint64_t>;

struct Hole {
  std::uint64_t start, length;
};

std::vector<Hole> holes_between(const Ranges& ranges, std::uint64_t total) {
  std::vector<Hole> holes;
  std::uint64_t at = 0;
  for (const auto& [start, taken] : ranges) {
    if (start > at) {
      holes.push_back({.start = at, .length = start - at});
    }
    at = std::max(at, start + taken);
  }
  if (total > at) {
    holes.push_back({.start = at, .length = total - at});
  }
  return holes;
}

std::optional<std::uint64_t> room_for(const Ranges& ranges,
                                      const Resource& resource,
                                      std::uint64_t length) {
  std::optional<std::uint64_t> at;
  bool exact = false;
  for (const Hole& hole : holes_between(ranges, resource.total)) {
    const bool same = hole.length == length;
    if (hole.length < length || (resource.search == Search::lowest && at) || (exact && !same)) {
      continue;
    }
    exact = resource.search == Search::exact && same;
    at = resource.search == Search::lowest ? hole.start : hole.start + hole.length - length;
  }
  return at;
}

/// Where everybody's range is. What a host file says that VFs have, and not where, gets a place.
Ranges ranges_of(const Machine& machine, const Card& card, const Gt& gt, const Resource& resource) {
  Ranges ranges;
  std::vector<std::uint64_t> nowhere;
  for (std::uint32_t vf = 1; vf <= card.vfs; ++vf) {
    const std::uint64_t length = value(machine, card, vf, gt, resource.quota());
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
    if (const auto at = room_for(ranges, resource, length)) {
      ranges[*at] = length;
    }
  }
  return ranges;
}

std::uint64_t taken_by_vfs(const Machine& machine,
                           const Card& card,
                           const Gt& gt,
                           const Resource& resource) {
  std::uint64_t taken = 0;
  for (std::uint32_t vf = 1; vf <= card.vfs; ++vf) {
    taken += value(machine, card, vf, gt, resource.quota());
  }
  return taken;
}

std::uint64_t less(std::uint64_t from, std::uint64_t what) {
  return from - std::min(from, what);
}

/// What the PF keeps of that which is for VFs. Assumed of contexts: that the PF uses none of its
/// own (pf_reserved_ctxs counts what it uses).
std::uint64_t kept_for_pf(const Machine& machine,
                          const Card& card,
                          const Gt& gt,
                          const Resource& resource) {
  const std::uint64_t spare = less(value(machine, card, 0, gt, resource.spare()), resource.pfs_own);
  return (spare + resource.page - 1) / resource.page * resource.page;
}

/// pf_get_max_ggtt, pf_get_ctxs_max_quota: the largest hole, without that of the spare for which
/// other holes have no room.
std::uint64_t largest_hole(const Ranges& ranges, const Resource& resource, std::uint64_t spare) {
  std::uint64_t largest = 0;
  for (const Hole& hole : holes_between(ranges, resource.total)) {
    spare -= std::min({spare, hole.length, largest});
    largest = std::max(largest, hole.length);
  }
  return less(largest, spare);
}

/// Doorbells that all have together (pf_alloc_dbs_range); of the rest what one VF could get.
std::uint64_t allowed(const Machine& machine,
                      const Card& card,
                      const Gt& gt,
                      const Resource& resource) {
  return resource.search == Search::lowest
             ? less(less(resource.total, taken_by_vfs(machine, card, gt, resource)),
                    kept_for_pf(machine, card, gt, resource))
             : largest_of(machine, card, gt, resource);
}

}  // namespace

std::vector<Resource> resources_of(const Card& card, const Gt& gt) {
  std::vector<Resource> all;
  if (!gt.media) {
    all.push_back({.name = "ggtt",
                   .total = kGgttTop,
                   .page = card.ggtt_page,
                   .min_spare = 64 * kMiB,
                   .most_written = kMostU64,
                   .search = Search::highest});
    if (card.lmem != 0) {
      all.push_back({.name = "lmem",
                     .total = card.lmem,
                     .page = 2 * kMiB,
                     .min_spare = 128 * kMiB,
                     .most_written = kMostU64,
                     .search = Search::anywhere});
    }
  }
  // pf_assign_ctxs_for_pf: packages of 128, of which VFs get a whole number each, and the PF the
  // rest.
  const std::uint64_t of_vfs = kPackages / (1 + card.vfs) * card.vfs * kPackage;
  all.push_back({.name = "contexts",
                 .total = of_vfs,
                 .page = kPackage,
                 .min_spare = 256,
                 .pfs_own = kContexts - of_vfs,
                 .most_written = kMostU16,
                 .search = Search::exact});
  all.push_back({.name = "doorbells",
                 .total = kDoorbells,
                 .most_written = kMostU16,
                 .search = Search::lowest});
  return all;
}

// pf_get_free_ggtt, pf_get_ctxs_free: without the spare; pf_get_free_dbs, pf_query_free_lmem: with
// it.
std::uint64_t free_of(const Machine& machine,
                      const Card& card,
                      const Gt& gt,
                      const Resource& resource) {
  const std::uint64_t left = less(resource.total, taken_by_vfs(machine, card, gt, resource));
  const bool but_spare = resource.search == Search::highest || resource.search == Search::exact;
  return but_spare ? less(left, kept_for_pf(machine, card, gt, resource)) : left;
}

std::uint64_t largest_of(const Machine& machine,
                         const Card& card,
                         const Gt& gt,
                         const Resource& resource) {
  const std::uint64_t kept = kept_for_pf(machine, card, gt, resource);
  switch (resource.search) {
    case Search::anywhere:  // pf_query_max_lmem
      return less(free_of(machine, card, gt, resource), kept) / resource.page * resource.page;
    case Search::lowest:  // pf_get_max_dbs does not know of the spare
      return largest_hole(ranges_of(machine, card, gt, resource), resource, 0);
    case Search::highest:
    case Search::exact:
      break;
  }
  return largest_hole(ranges_of(machine, card, gt, resource), resource, kept);
}

int set_quota(Machine& machine,
              const Card& card,
              const Gt& gt,
              const Resource& resource,
              std::uint32_t vf,
              std::uint64_t wanted) {
  if (wanted > kMostU64 - (resource.page - 1)) {
    return EOVERFLOW;
  }
  const std::uint64_t rounded = (wanted + resource.page - 1) / resource.page * resource.page;
  if (rounded == value(machine, card, vf, gt, resource.quota())) {
    return 0;
  }
  const std::string range = range_path(card, gt, resource, vf);
  machine.tree().erase(Space::hidden, range);
  set_value(machine, card, vf, gt, resource.quota(), 0);
  if (rounded == 0) {
    return 0;
  }
  if (resource.name == "ggtt" && rounded > resource.total) {
    return E2BIG;
  }
  if (rounded > allowed(machine, card, gt, resource)) {
    return EDQUOT;
  }
  if (resource.search != Search::anywhere) {
    const auto start = room_for(ranges_of(machine, card, gt, resource), resource, rounded);
    if (!start) {
      return ENOSPC;
    }
    machine.tree().put(Space::hidden, range, std::to_string(*start));
  }
  set_value(machine, card, vf, gt, resource.quota(), rounded);
  return 0;
}

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
