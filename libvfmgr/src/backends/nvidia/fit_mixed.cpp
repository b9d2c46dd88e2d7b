// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia/card.hpp"
#include "backends/nvidia/fit.hpp"
#include "backends/nvidia/fit_rooms.hpp"
#include "backends/nvidia/packing.hpp"
#include "backends/nvidia/placement.hpp"
#include "backends/nvidia/type_name.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr::nvidia {

MixedRoom::MixedRoom(const Card& card,
                     std::span<const Instance> /*layout*/,
                     std::span<const Standing> standing)
    : card_(&card) {
  std::vector<Pieces> unplaced;
  for (const Standing& one : standing) {
    if (one.type == nullptr) {
      continue;
    }
    inside_.push_back(one.type);
    has_tables_ = has_tables_ && placements_of(card, *one.type).has_value();
    const Pieces pieces = pieces_of(*one.type);
    // 0xffff is the driver's "nowhere" (nvml.h, NVML_INVALID_VGPU_PLACEMENT_ID).
    if (one.placement && *one.placement < card.gib) {
      standing_.take(*one.placement, pieces.size);
    } else {
      unplaced.push_back(pieces);
    }
  }
  for (const Pieces& pieces : unplaced) {
    if (const auto start = standing_.first_free(pieces)) {
      standing_.take(*start, pieces.size);
    }
  }
  fixed_ = standing_;
}

/// Without a table it may begin anywhere: what does not fit then does not fit at all.
Pieces MixedRoom::pieces_of(const VgpuType& type) const {
  if (auto table = placements_of(*card_, type)) {
    return {.size = table->size, .starts = std::move(table->starts)};
  }
  Pieces anywhere{.size = std::max(type.gib, 1U)};
  for (std::uint32_t start = 0; start + anywhere.size <= card_->gib; ++start) {
    anywhere.starts.push_back(start);
  }
  return anywhere;
}

std::string MixedRoom::wrong_place(const Ask& ask) const {
  const Pieces pieces = pieces_of(*ask.type);
  if (!std::ranges::binary_search(pieces.starts, *ask.placement) && card_->gib != 0) {
    return fmt::format("vf{} asks for placement {}, and {} may begin at {}",
                       ask.vf,
                       *ask.placement,
                       short_name(ask.type->name),
                       fmt::join(pieces.starts, ", "));
  }
  if (*ask.placement < std::max(card_->gib, 1U) && !fixed_.is_free(*ask.placement, pieces.size)) {
    return fmt::format("vf{} asks for placement {}, and another vGPU lies in the {} from there",
                       ask.vf,
                       *ask.placement,
                       size_words(*ask.type));
  }
  return {};
}

std::string MixedRoom::why_not(const Ask& ask) const {
  if (inside_.size() >= kMostTimeSliced) {
    return fmt::format(
        "vf{} is one too many: a GPU holds at most {} time-sliced vGPUs", ask.vf, kMostTimeSliced);
  }
  if (ask.placement) {
    if (std::string fault = wrong_place(ask); !fault.empty()) {
      return fault;
    }
  }
  MixedRoom with = *this;
  with.take(ask);
  if (card_->gib == 0 || with.laid().size() == with.free_.size()) {
    return {};
  }
  return fmt::format("vf{} finds no place for {} in the {} GB of {} beside {}",
                     ask.vf,
                     short_name(ask.type->name),
                     card_->gib,
                     card_->name,
                     words_of(inside_));
}

void MixedRoom::take(const Ask& ask) {
  inside_.push_back(ask.type);
  has_tables_ = has_tables_ && placements_of(*card_, *ask.type).has_value();
  Guest guest{.vf = ask.vf, .pieces = pieces_of(*ask.type), .placement = ask.placement};
  if (!ask.placement) {
    free_.push_back(std::move(guest));
    return;
  }
  if (*ask.placement < card_->gib) {
    fixed_.take(*ask.placement, guest.pieces.size);
  }
  pinned_.push_back(std::move(guest));
}

/// Those that may lie anywhere, each with a place of some packing; fewer than there are where none
/// exists.
std::vector<MixedRoom::Guest> MixedRoom::laid() const {
  std::map<std::uint32_t, Pieces> by_size;
  for (const Guest& guest : free_) {
    ++by_size.try_emplace(guest.pieces.size, guest.pieces).first->second.count;
  }
  std::vector<Pieces> largest_first;
  for (const auto& [size, pieces] : by_size | std::views::reverse) {
    largest_first.push_back(pieces);
  }
  const auto places = pack(fixed_, largest_first);
  if (!places) {
    return {};
  }
  std::map<std::uint32_t, std::size_t> used;
  std::vector<Guest> guests = free_;
  for (Guest& guest : guests) {
    const auto kind = std::ranges::find(largest_first, guest.pieces.size, &Pieces::size);
    const auto index = static_cast<std::size_t>(kind - largest_first.begin());
    guest.placement = (*places)[index][used[guest.pieces.size]++];
  }
  return guests;
}

std::vector<Seat> MixedRoom::order() const {
  if (!has_tables_) {
    return larger_first();
  }
  std::vector<Guest> guests = laid();
  const std::size_t free_guests = guests.size();
  guests.insert(guests.end(), pinned_.begin(), pinned_.end());
  std::vector<std::pair<std::uint32_t, std::size_t>> turns;
  turns.reserve(guests.size());
  for (std::size_t index = 0; index < guests.size(); ++index) {
    turns.emplace_back(guests[index].placement.value_or(0), index);
  }
  std::ranges::sort(turns);
  // In ascending order the first free place is never behind the packing's, and what comes later
  // begins behind the packing's end: taking the earlier place blocks nobody.
  std::vector<Seat> seats;
  Ground ground = standing_;
  for (const auto& [start, index] : turns) {
    const Guest& guest = guests[index];
    const std::uint32_t first = ground.first_free(guest.pieces).value_or(start);
    const std::uint32_t place = index < free_guests ? first : start;
    ground.take(place, guest.pieces.size);
    seats.push_back({.vf = guest.vf, .placement = place, .moved = place != first});
  }
  return seats;
}

std::vector<Seat> MixedRoom::larger_first() const {
  std::vector<Seat> seats;
  seats.reserve(inside_.size());
  for (const Guest& guest : pinned_) {
    seats.push_back({.vf = guest.vf, .placement = guest.placement, .moved = true});
  }
  std::vector<Guest> guests = free_;
  std::ranges::stable_sort(
      guests, std::ranges::greater{}, [](const Guest& one) { return one.pieces.size; });
  for (const Guest& guest : guests) {
    seats.push_back({.vf = guest.vf});
  }
  return seats;
}

}  // namespace vfmgr::nvidia
