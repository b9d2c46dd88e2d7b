// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia/fit.hpp"

#include "backends/nvidia/card.hpp"
#include "backends/nvidia/fit_rooms.hpp"
#include "backends/nvidia/type_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::nvidia {

namespace {

/// What no room of this mode ever holds.
Refused wrong_mode(const Card& card, Mode mode, const Ask& ask) {
  const std::string_view name = short_name(ask.type->name);
  if (mode == Mode::mig && ask.type->instance.empty()) {
    return {ask.vf,
            fmt::format(
                "vf{} asks for {}, which lives in no GPU instance, and MIG is on", ask.vf, name),
            "set mig = \"off\", or choose a type with slices in its name"};
  }
  if (mode != Mode::mig && !ask.type->instance.empty()) {
    return {ask.vf,
            fmt::format(
                "vf{} asks for {}, which lives in a GPU instance, and MIG is off", ask.vf, name),
            fmt::format("set mig = [\"{}\"], or choose a type without slices in its name",
                        ask.type->instance)};
  }
  if (mode == Mode::mixed && !card.mixes) {
    return {ask.vf, fmt::format("{} can't mix sizes", card.name), "leave heterogeneous out"};
  }
  if (mode == Mode::mig && ask.placement) {
    return {ask.vf,
            fmt::format("vf{} asks for placement {}, and MIG is on", ask.vf, *ask.placement),
            "name its gpu_instance instead, or leave placement out"};
  }
  if (mode != Mode::mig && ask.instance) {
    return {ask.vf,
            fmt::format("vf{} asks for GPU instance {}, and MIG is off", ask.vf, *ask.instance),
            "leave gpu_instance out"};
  }
  return {};
}

template <class Room>
std::uint32_t how_many(Room room, const VgpuType& type) {
  std::uint32_t count = 0;
  const Ask one{.type = &type};
  while (count < kMostOnGpu && room.why_not(one).empty()) {
    room.take(one);
    ++count;
  }
  return count;
}

/// The largest type of the same series of which some still fit.
template <class Room>
std::string what_instead(const Card& card, Mode mode, const Room& room, const VgpuType& wanted) {
  const VgpuType* best = nullptr;
  for (const VgpuType& type : card.types) {
    const Ask one{.type = &type};
    if (&type != &wanted && type.series == wanted.series && type.bytes <= wanted.bytes &&
        (best == nullptr || type.bytes > best->bytes) && wrong_mode(card, mode, one).why.empty() &&
        room.why_not(one).empty()) {
      best = &type;
    }
  }
  if (best == nullptr) {
    return {};
  }
  return fmt::format("; {} more of {} would", how_many(room, *best), short_name(best->name));
}

template <class Room>
std::string what_helps(const Card& card, Mode mode, const Room& room, const Ask& ask) {
  if (ask.placement || ask.instance) {
    const Ask anywhere{.vf = ask.vf, .type = ask.type};
    if (room.why_not(anywhere).empty()) {
      return ask.placement ? "leave placement out: the driver then finds one"
                           : "leave gpu_instance out: the driver then finds one";
    }
  }
  const auto inside = room.inside();
  if (mode == Mode::equal && !inside.empty() && inside.front()->bytes != ask.type->bytes) {
    return card.mixes ? "give all the same size, or set heterogeneous = true"
                      : "give all the same size";
  }
  const auto there =
      static_cast<std::uint32_t>(std::ranges::count(inside, ask.type)) + how_many(room, *ask.type);
  std::vector<const VgpuType*> others(inside.begin(), inside.end());
  std::erase(others, ask.type);
  const std::string_view name = short_name(ask.type->name);
  return fmt::format("{}{}{}",
                     there == 0 ? fmt::format("no {} fits", name)
                                : fmt::format("at most {} of {} fit", there, name),
                     others.empty() ? "" : fmt::format(" beside {}", words_of(others)),
                     what_instead(card, mode, room, *ask.type));
}

template <class Room>
Fit seat(const Card& card, Mode mode, Room room, std::span<const Ask> asks) {
  Fit result;
  for (const Ask& ask : asks) {
    if (ask.type == nullptr) {
      result.refused.push_back({ask.vf, fmt::format("vf{} names no type", ask.vf), {}});
      continue;
    }
    if (Refused wrong = wrong_mode(card, mode, ask); !wrong.why.empty()) {
      result.refused.push_back(std::move(wrong));
      continue;
    }
    if (std::string why = room.why_not(ask); !why.empty()) {
      result.refused.push_back({ask.vf, std::move(why), what_helps(card, mode, room, ask)});
      continue;
    }
    room.take(ask);
  }
  result.order = room.order();
  return result;
}

template <class Room>
std::vector<std::pair<const VgpuType*, std::uint32_t>> more(const Card& card,
                                                            Mode mode,
                                                            const Room& room) {
  std::vector<std::pair<const VgpuType*, std::uint32_t>> found;
  for (const VgpuType& type : card.types) {
    if (!wrong_mode(card, mode, {.type = &type}).why.empty()) {
      continue;
    }
    if (const std::uint32_t count = how_many(room, type); count > 0) {
      found.emplace_back(&type, count);
    }
  }
  return found;
}

template <class Use>
auto in_room(Mode mode,
             const Card& card,
             std::span<const Instance> layout,
             std::span<const Standing> standing,
             const Use& use) {
  switch (mode) {
    case Mode::mixed:
      return use(MixedRoom(card, layout, standing));
    case Mode::mig:
      return use(MigRoom(card, layout, standing));
    case Mode::equal:
      break;
  }
  return use(EqualRoom(card, layout, standing));
}

}  // namespace

std::string size_words(const VgpuType& type) {
  constexpr std::uint64_t kGib = std::uint64_t{1} << 30U;
  if (type.bytes == 0) {
    return fmt::format("{} of unknown size", short_name(type.name));
  }
  return type.bytes < kGib ? fmt::format("{} MB", type.bytes >> 20U)
                           : fmt::format("{} GB", (type.bytes + kGib / 2) / kGib);
}

std::string words_of(std::span<const VgpuType* const> inside) {
  std::vector<std::pair<const VgpuType*, std::uint32_t>> counts;
  for (const VgpuType* const type : inside) {
    const auto found =
        std::ranges::find(counts, type, &std::pair<const VgpuType*, std::uint32_t>::first);
    if (found == counts.end()) {
      counts.emplace_back(type, 1);
    } else {
      ++found->second;
    }
  }
  std::string words;
  for (std::size_t index = 0; index < counts.size(); ++index) {
    words += index == 0 ? "" : index + 1 == counts.size() ? " and " : ", ";
    words += fmt::format("{} of {}", counts[index].second, short_name(counts[index].first->name));
  }
  return words.empty() ? "nothing" : words;
}

Fit fit(const Card& card,
        Mode mode,
        std::span<const Instance> layout,
        std::span<const Standing> standing,
        std::span<const Ask> asks) {
  return in_room(
      mode, card, layout, standing, [&](const auto& room) { return seat(card, mode, room, asks); });
}

std::vector<std::pair<const VgpuType*, std::uint32_t>> what_else_fits(
    const Card& card,
    Mode mode,
    std::span<const Instance> layout,
    std::span<const Standing> standing) {
  return in_room(
      mode, card, layout, standing, [&](const auto& room) { return more(card, mode, room); });
}

}  // namespace vfmgr::nvidia
