// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia/card.hpp"
#include "backends/nvidia/fit.hpp"
#include "backends/nvidia/fit_rooms.hpp"
#include "backends/nvidia/type_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::nvidia {

MigRoom::MigRoom(const Card& card,
                 std::span<const Instance> layout,
                 std::span<const Standing> standing)
    : card_(&card) {
  for (const Instance& one : layout) {
    standing_.push_back({.profile = one.profile});
  }
  std::vector<const VgpuType*> unplaced;
  for (const Standing& one : standing) {
    if (one.type == nullptr) {
      continue;
    }
    inside_.push_back(one.type);
    if (one.instance && *one.instance < standing_.size()) {
      put(standing_[*one.instance], *one.type);
    } else {
      unplaced.push_back(one.type);
    }
  }
  for (const VgpuType* const type : unplaced) {
    if (const auto cell = first_cell(standing_, *type)) {
      put(standing_[*cell], *type);
    }
  }
  fixed_ = standing_;
}

void MigRoom::put(Cell& cell, const VgpuType& type) {
  cell.bytes = type.bytes;
  ++cell.count;
}

bool MigRoom::takes(const Cell& cell, const VgpuType& type) const {
  return cell.profile == type.instance &&
         (cell.count == 0 ||
          (cell.bytes == type.bytes && cell.count < room_in_instance(*card_, type)));
}

std::optional<std::uint32_t> MigRoom::first_cell(const std::vector<Cell>& cells,
                                                 const VgpuType& type) const {
  for (std::size_t index = 0; index < cells.size(); ++index) {
    if (takes(cells[index], type)) {
      return static_cast<std::uint32_t>(index);
    }
  }
  return std::nullopt;
}

/// A cell for each of these; none where there are too few. Each goes where its size is already, and
/// into an empty one only then: no other way needs fewer.
std::optional<std::vector<std::uint32_t>> MigRoom::placed(const std::vector<Ask>& free,
                                                          std::vector<Cell> cells) const {
  std::vector<std::uint32_t> found;
  for (const Ask& ask : free) {
    const VgpuType& type = *ask.type;
    auto cell = std::ranges::find_if(
        cells, [&](const Cell& one) { return one.count > 0 && takes(one, type); });
    if (cell == cells.end()) {
      cell = std::ranges::find_if(cells, [&](const Cell& one) { return takes(one, type); });
    }
    if (cell == cells.end()) {
      return std::nullopt;
    }
    put(*cell, type);
    found.push_back(static_cast<std::uint32_t>(cell - cells.begin()));
  }
  return found;
}

std::string MigRoom::why_not(const Ask& ask) const {
  const std::string& profile = ask.type->instance;
  const std::string_view name = short_name(ask.type->name);
  if (std::ranges::find(fixed_, profile, &Cell::profile) == fixed_.end()) {
    return fmt::format(
        "vf{} asks for {}, and no GPU instance {} is laid out", ask.vf, name, profile);
  }
  if (ask.instance) {
    if (*ask.instance >= fixed_.size()) {
      return fmt::format("vf{} asks for instance {} of {}", ask.vf, *ask.instance, fixed_.size());
    }
    const Cell& cell = fixed_[*ask.instance];
    if (cell.profile != profile) {
      return fmt::format("vf{} asks for instance {}, which is a {}, and {} needs a {}",
                         ask.vf,
                         *ask.instance,
                         cell.profile,
                         name,
                         profile);
    }
    if (!takes(cell, *ask.type)) {
      return fmt::format(
          "vf{} asks for instance {}, which has no room for {}", ask.vf, *ask.instance, name);
    }
  }
  MigRoom with = *this;
  with.take(ask);
  if (inside_.size() < kMostOnGpu && placed(with.free_, with.fixed_)) {
    return {};
  }
  return fmt::format("vf{} finds no room for {} in the instances {} beside {}",
                     ask.vf,
                     name,
                     profile,
                     words_of(inside_));
}

void MigRoom::take(const Ask& ask) {
  inside_.push_back(ask.type);
  if (!ask.instance) {
    free_.push_back(ask);
    return;
  }
  put(fixed_[*ask.instance], *ask.type);
  pinned_.push_back(ask);
}

std::vector<Seat> MigRoom::order() const {
  std::vector<std::pair<std::uint32_t, Ask>> turns;
  const auto places = placed(free_, fixed_);
  for (std::size_t index = 0; places && index < free_.size(); ++index) {
    turns.emplace_back((*places)[index], free_[index]);
  }
  for (const Ask& ask : pinned_) {
    turns.emplace_back(*ask.instance, ask);
  }
  std::ranges::stable_sort(turns, {}, &std::pair<std::uint32_t, Ask>::first);
  // As among placements: what comes later needs an instance that is not before this one's.
  std::vector<Seat> seats;
  std::vector<Cell> cells = standing_;
  for (const auto& [planned, ask] : turns) {
    const std::uint32_t first = first_cell(cells, *ask.type).value_or(planned);
    const std::uint32_t cell = ask.instance ? planned : first;
    put(cells[cell], *ask.type);
    seats.push_back({.vf = ask.vf, .instance = cell, .moved = cell != first});
  }
  return seats;
}

}  // namespace vfmgr::nvidia
