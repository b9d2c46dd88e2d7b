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

/// One of the four things that a GT has for VFs.
struct Resource {
  std::string_view name;         ///< "ggtt": of ggtt_quota, ggtt_spare, available/ggtt_free
  std::uint64_t total = 0;       ///< on this GT
  std::uint64_t page = 1;        ///< a quota is a multiple of it
  std::uint64_t min_spare = 0;   ///< what the PF keeps at least
  std::uint64_t most_written{};  ///< the widest number that its files take
  bool in_one_piece = true;      ///< a quota is one range; else it is gathered from pages

  [[nodiscard]] std::string quota() const { return std::string(name) + "_quota"; }
  [[nodiscard]] std::string spare() const { return std::string(name) + "_spare"; }
};
std::vector<Resource> resources_of(const Card& card, const Gt& gt);

/// What VFs could still get, the PF's spare left out; VF `but` counts as having nothing.
std::uint64_t free_of(const Machine& machine,
                      const Card& card,
                      const Gt& gt,
                      const Resource& resource,
                      std::uint32_t but = 0);
/// What one VF could still get.
std::uint64_t largest_of(const Machine& machine,
                         const Card& card,
                         const Gt& gt,
                         const Resource& resource);

/// Gives a VF `wanted`, rounded up; 0 takes back what it has. What is refused leaves all as it was.
/// Errors: EOVERFLOW (no multiple of the page is that large), EDQUOT (more than is left), ENOSPC
/// (no hole is large enough). What is left is to be shown afterwards.
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
