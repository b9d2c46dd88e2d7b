// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backends/nvidia/card.hpp"
#include "backends/nvidia/fit.hpp"
#include "backends/nvidia/packing.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::nvidia {

// What fit.cpp fills, one class a mode. `why_not` is empty where one more fits, and does not change
// the room; `take` is for what fits; `order` tells the seats of all that were taken.

/// Limits of a GPU apart from each type's own (ctrla081.h and nv-hypervisor.h of NVIDIA
/// open-gpu-kernel-modules 595.45.04).
inline constexpr std::uint32_t kMostTimeSliced = 32;
inline constexpr std::uint32_t kMostOnGpu = 48;

/// "8 GB".
std::string size_words(const VgpuType& type);
/// "2 of L40S-8Q and 1 of L40S-4Q".
std::string words_of(std::span<const VgpuType* const> inside);

class EqualRoom {
 public:
  EqualRoom(const Card& card, std::span<const Instance> layout, std::span<const Standing> standing);
  [[nodiscard]] std::string why_not(const Ask& ask) const;
  void take(const Ask& ask);
  [[nodiscard]] std::vector<Seat> order() const { return seats_; }
  [[nodiscard]] std::span<const VgpuType* const> inside() const { return inside_; }

 private:
  [[nodiscard]] std::uint32_t most_of(const VgpuType& type) const;
  const Card* card_;
  std::vector<const VgpuType*> inside_;
  std::vector<Seat> seats_;
  std::uint32_t first_vf_ = 0;
  bool first_stands_ = false;
};

class MixedRoom {
 public:
  MixedRoom(const Card& card, std::span<const Instance> layout, std::span<const Standing> standing);
  [[nodiscard]] std::string why_not(const Ask& ask) const;
  void take(const Ask& ask);
  [[nodiscard]] std::vector<Seat> order() const;
  [[nodiscard]] std::span<const VgpuType* const> inside() const { return inside_; }

 private:
  struct Guest {
    std::uint32_t vf = 0;
    Pieces pieces;
    std::optional<std::uint32_t> placement;
  };
  [[nodiscard]] Pieces pieces_of(const VgpuType& type) const;
  [[nodiscard]] std::string wrong_place(const Ask& ask) const;
  [[nodiscard]] std::vector<Guest> laid() const;
  [[nodiscard]] std::vector<Seat> larger_first() const;

  const Card* card_;
  Ground standing_;  ///< what stays
  Ground fixed_;     ///< and what asked for its place
  std::vector<Guest> pinned_, free_;
  std::vector<const VgpuType*> inside_;
  bool has_tables_ = true;
};

class MigRoom {
 public:
  MigRoom(const Card& card, std::span<const Instance> layout, std::span<const Standing> standing);
  [[nodiscard]] std::string why_not(const Ask& ask) const;
  void take(const Ask& ask);
  [[nodiscard]] std::vector<Seat> order() const;
  [[nodiscard]] std::span<const VgpuType* const> inside() const { return inside_; }

 private:
  /// A GPU instance: vGPUs of one size, of any series, up to the most of that size.
  struct Cell {
    std::string_view profile;
    std::uint64_t bytes = 0;
    std::uint32_t count = 0;
  };
  [[nodiscard]] bool takes(const Cell& cell, const VgpuType& type) const;
  [[nodiscard]] std::optional<std::uint32_t> first_cell(const std::vector<Cell>& cells,
                                                        const VgpuType& type) const;
  static void put(Cell& cell, const VgpuType& type);
  [[nodiscard]] std::optional<std::vector<std::uint32_t>> placed(const std::vector<Ask>& free,
                                                                 std::vector<Cell> cells) const;

  const Card* card_;
  std::vector<Cell> standing_, fixed_;
  std::vector<Ask> pinned_, free_;
  std::vector<const VgpuType*> inside_;
};

}  // namespace vfmgr::nvidia
