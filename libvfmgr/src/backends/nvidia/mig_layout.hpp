// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backends/nvidia/card.hpp"
#include "backends/nvidia/fit.hpp"

#include <span>
#include <string>
#include <vector>

namespace vfmgr::nvidia {

/// How to come from one layout of GPU instances to another.
struct LayoutPlan {
  std::vector<Instance> keep, destroy;
  std::vector<Instance> create;  ///< in this order: the larger first
  std::string why;               ///< not empty: it can't be laid out so
  std::string help;
};

/// Destroys as few instances as any layout with exactly the wanted profiles allows. `pinned` are
/// those of `now` that host a vGPU that stays.
LayoutPlan lay_out(const Card& card,
                   std::span<const Instance> now,
                   std::span<const std::string> wanted,
                   std::span<const Instance> pinned);

/// The profiles that these vGPUs need, the larger first: one size of vGPUs shares an instance where
/// the card can, and none where it can't.
std::vector<std::string> instances_for(const Card& card, std::span<const VgpuType* const> wanted);

}  // namespace vfmgr::nvidia
