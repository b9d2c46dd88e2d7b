// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/drivers/i915_card.hpp"
#include "sim/machine.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What a GT shares out among PF and VFs: how much there is, what is left, and what a quota does
// (backports: drivers/gpu/drm/i915/gt/iov/intel_iov_provisioning.c).
namespace vfmgr::sim::i915 {

/// How room for a quota is looked for.
enum class Search : std::uint8_t {
  highest,   ///< one range, in the highest hole that has room, at its end (PIN_HIGH)
  lowest,    ///< one range, in the lowest hole, at its beginning
  exact,     ///< one range, in the last hole of just this size, else at the end of the last greater
             ///< one
  anywhere,  ///< gathered from pages
};

/// One of the four things that a GT has for VFs.
struct Resource {
  std::string_view name;        ///< "ggtt": of ggtt_quota, ggtt_spare, available/ggtt_free
  std::uint64_t total = 0;      ///< on this GT, for VFs
  std::uint64_t page = 1;       ///< a quota is a multiple of it
  std::uint64_t min_spare = 0;  ///< what the PF keeps at least
  std::uint64_t pfs_own =
      0;  ///< what the PF has beside the total: its spare comes out of that first
  std::uint64_t most_written{};  ///< the widest number that its files take
  Search search = Search::lowest;

  [[nodiscard]] std::string quota() const { return std::string(name) + "_quota"; }
  [[nodiscard]] std::string spare() const { return std::string(name) + "_spare"; }
};
std::vector<Resource> resources_of(const Card& card, const Gt& gt);

/// What `available/` calls free, and what one VF could get at most by it.
std::uint64_t free_of(const Machine& machine,
                      const Card& card,
                      const Gt& gt,
                      const Resource& resource);
std::uint64_t largest_of(const Machine& machine,
                         const Card& card,
                         const Gt& gt,
                         const Resource& resource);

/// Gives a VF `wanted`, rounded up; 0 takes back what it has. What it had is gone first: where
/// another number is refused it has nothing. Errors: EOVERFLOW (no multiple of the page is that
/// large), E2BIG (more GGTT than there could be), EDQUOT (more than is left beside the spare),
/// ENOSPC (no hole is large enough). What is left is to be shown afterwards.
int set_quota(Machine& machine,
              const Card& card,
              const Gt& gt,
              const Resource& resource,
              std::uint32_t vf,
              std::uint64_t wanted);
/// Shows what is left, in `pf/GT/available/`.
void show_available(Machine& machine, const Card& card, const Gt& gt);
/// Where ranges are is no longer known.
void forget_ranges(Machine& machine, const PciAddress& pf);

}  // namespace vfmgr::sim::i915
