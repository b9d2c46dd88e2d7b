// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backends/nvidia/card.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr::nvidia {

// Whether vGPUs fit on a card, by the rules of the driver's resource manager (kernel_vgpu_mgr.c of
// NVIDIA open-gpu-kernel-modules 595.45.04), and in which order they are to be made.

enum class Mode { equal, mixed, mig };

/// A GPU instance. A layout lists them in the order of the driver's ids for them: the driver looks
/// for room in that order.
struct Instance {
  std::string profile;
  std::uint32_t start = 0;
  auto operator<=>(const Instance&) const = default;
};

struct Ask {
  std::uint32_t vf = 0;
  const VgpuType* type = nullptr;
  std::optional<std::uint32_t> placement;
  std::optional<std::uint32_t> instance;  ///< index into the layout
};

/// A vGPU that stays. Where its place is not known, the driver's own first choice is taken for it.
struct Standing {
  std::uint32_t vf = 0;
  const VgpuType* type = nullptr;
  std::optional<std::uint32_t> placement, instance;
};

struct Seat {
  std::uint32_t vf = 0;
  /// Where it will stand; none in equal mode, and where no public table tells the placements.
  std::optional<std::uint32_t> placement, instance;
  /// The driver's first choice is another place: once the vGPU is made, write `placement` to
  /// placement_id, or the instance's id to gpu_instance_id. Only an Ask that names its place needs
  /// that: any other gets its seat by coming in turn.
  bool moved = false;
};

struct Refused {
  std::uint32_t vf = 0;
  std::string why, help;
};

/// `order` is the order to make them in: the driver takes the first free place each time, and in
/// ascending order that never blocks one that comes later. Earlier asks win over later ones.
struct Fit {
  std::vector<Seat> order;
  std::vector<Refused> refused;
};

/// Without a public table of placements (96 GB, 141 GB, unknown cards) mixed mode can only add up
/// sizes: what is refused then can't fit, what is not may still be refused by the driver.
Fit fit(const Card& card,
        Mode mode,
        std::span<const Instance> layout,
        std::span<const Standing> standing,
        std::span<const Ask> asks);

/// Each type of which one more fits, and how many of it alone.
std::vector<std::pair<const VgpuType*, std::uint32_t>> what_else_fits(
    const Card& card,
    Mode mode,
    std::span<const Instance> layout,
    std::span<const Standing> standing);

}  // namespace vfmgr::nvidia
