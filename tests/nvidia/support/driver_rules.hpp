// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backends/nvidia/card.hpp"
#include "backends/nvidia/fit.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vfmgr::nvidia::test {

/// The driver's side of it, written from its rules and not from fit(): which types it lists, where
/// it puts one, what it moves.
class DriverRules {
 public:
  DriverRules(const Card& card, Mode mode, std::vector<Instance> layout);

  void stands(const Standing& one);
  [[nodiscard]] bool lists(const VgpuType& type) const;
  /// Makes it where the driver would; false where it refuses.
  bool create(std::uint32_t vf, const VgpuType& type);
  /// Writes placement_id or gpu_instance_id of this VF.
  bool move(std::uint32_t vf, std::uint32_t place);
  [[nodiscard]] std::optional<std::uint32_t> place_of(std::uint32_t vf) const;
  /// In the order in which the driver looks at them.
  [[nodiscard]] std::vector<std::uint32_t> places_for(const VgpuType& type) const;

 private:
  struct Vgpu {
    std::uint32_t vf;
    const VgpuType* type;
    std::uint32_t place;
  };
  [[nodiscard]] bool can_stand(const VgpuType& type,
                               std::uint32_t place,
                               std::optional<std::uint32_t> but) const;

  const Card& card_;
  Mode mode_;
  std::vector<Instance> layout_;
  std::vector<Vgpu> vgpus_;
};

/// Whether any way to place all these exists, by trying every one.
bool any_way(const Card& card,
             Mode mode,
             std::span<const Instance> layout,
             std::span<const Standing> standing,
             std::span<const Ask> asks);

/// What is wrong with fit()'s answer: nothing where it says yes exactly if any way exists, and the
/// driver takes its order and ends where it says.
std::string fault_of(const Card& card,
                     Mode mode,
                     std::span<const Instance> layout,
                     std::span<const Standing> standing,
                     std::span<const Ask> asks);

/// Every multiset of up to `most` of these numbers 0 to kinds-1, the empty one included.
std::vector<std::vector<std::size_t>> multisets(std::size_t kinds, std::size_t most);

}  // namespace vfmgr::nvidia::test
