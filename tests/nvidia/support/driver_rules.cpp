// SPDX-License-Identifier: Apache-2.0
#include "nvidia/support/driver_rules.hpp"

#include "backends/nvidia/card.hpp"
#include "backends/nvidia/fit.hpp"
#include "backends/nvidia/placement.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr::nvidia::test {

DriverRules::DriverRules(const Card& card, Mode mode, std::vector<Instance> layout)
    : card_(card), mode_(mode), layout_(std::move(layout)) {}

void DriverRules::stands(const Standing& one) {
  vgpus_.push_back(
      {one.vf, one.type, mode_ == Mode::mig ? one.instance.value() : one.placement.value_or(0)});
}

std::vector<std::uint32_t> DriverRules::places_for(const VgpuType& type) const {
  if (mode_ == Mode::mixed) {
    return placements_of(card_, type).value().starts;
  }
  std::vector<std::uint32_t> places(mode_ == Mode::mig ? layout_.size() : 1);
  std::ranges::generate(places, [next = 0U]() mutable { return next++; });
  return places;
}

bool DriverRules::can_stand(const VgpuType& type,
                            std::uint32_t place,
                            std::optional<std::uint32_t> but) const {
  if (mode_ == Mode::equal) {
    const std::uint32_t most = type.most == 0 ? card_.gib / type.gib : type.most;
    return vgpus_.size() < most &&
           std::ranges::all_of(
               vgpus_, [&](const Vgpu& one) { return one.type->bytes == type.bytes; });
  }
  std::uint32_t inside = 0;
  for (const Vgpu& one : vgpus_) {
    if (one.vf == but) {
      continue;
    }
    if (mode_ == Mode::mixed && one.place < place + type.gib && place < one.place + one.type->gib) {
      return false;
    }
    if (mode_ == Mode::mig && one.place == place) {
      ++inside;
      if (!card_.shares_instances || one.type->bytes != type.bytes) {
        return false;
      }
    }
  }
  return mode_ == Mode::mixed ||
         (layout_.at(place).profile == type.instance && inside < type.most_in_instance);
}

bool DriverRules::lists(const VgpuType& type) const {
  if ((mode_ == Mode::mig) == type.instance.empty()) {
    return false;
  }
  return std::ranges::any_of(
      places_for(type), [&](std::uint32_t place) { return can_stand(type, place, std::nullopt); });
}

bool DriverRules::create(std::uint32_t vf, const VgpuType& type) {
  if (!lists(type)) {
    return false;
  }
  for (const std::uint32_t place : places_for(type)) {
    if (can_stand(type, place, std::nullopt)) {
      vgpus_.push_back({vf, &type, place});
      return true;
    }
  }
  return false;
}

bool DriverRules::move(std::uint32_t vf, std::uint32_t place) {
  const auto one = std::ranges::find(vgpus_, vf, &Vgpu::vf);
  if (one == vgpus_.end() || std::ranges::count(places_for(*one->type), place) == 0 ||
      !can_stand(*one->type, place, vf)) {
    return false;
  }
  one->place = place;
  return true;
}

std::optional<std::uint32_t> DriverRules::place_of(std::uint32_t vf) const {
  const auto one = std::ranges::find(vgpus_, vf, &Vgpu::vf);
  return one == vgpus_.end() ? std::nullopt : std::optional(one->place);
}

bool any_way(const Card& card,
             Mode mode,
             std::span<const Instance> layout,
             std::span<const Standing> standing,
             std::span<const Ask> asks) {
  if (asks.empty()) {
    return true;
  }
  const Ask& ask = asks.front();
  DriverRules driver(card, mode, {layout.begin(), layout.end()});
  for (const Standing& one : standing) {
    driver.stands(one);
  }
  if (!driver.create(ask.vf, *ask.type)) {
    return false;
  }
  const auto wish = mode == Mode::mig ? ask.instance : ask.placement;
  for (const std::uint32_t place : driver.places_for(*ask.type)) {
    if ((wish && *wish != place) || (mode != Mode::equal && !driver.move(ask.vf, place))) {
      continue;
    }
    std::vector<Standing> with(standing.begin(), standing.end());
    with.push_back({.vf = ask.vf, .type = ask.type, .placement = place, .instance = place});
    if (any_way(card, mode, layout, with, asks.subspan(1))) {
      return true;
    }
  }
  return false;
}

namespace {

std::string seat_fault(DriverRules& driver, Mode mode, const Seat& seat, const Ask& ask) {
  const std::string name = "vf" + std::to_string(seat.vf);
  const auto wish = mode == Mode::mig ? ask.instance : ask.placement;
  const auto place = mode == Mode::mig ? seat.instance : seat.placement;
  if (!driver.create(seat.vf, *ask.type)) {
    return "the driver refuses " + name;
  }
  if (seat.moved && !driver.move(seat.vf, place.value())) {
    return "the driver does not move " + name;
  }
  if (mode != Mode::equal && driver.place_of(seat.vf) != place) {
    return name + " stands elsewhere";
  }
  if ((wish && place != wish) || (seat.moved && !wish)) {
    return name + " is not where it asked to be";
  }
  return {};
}

}  // namespace

std::string fault_of(const Card& card,
                     Mode mode,
                     std::span<const Instance> layout,
                     std::span<const Standing> standing,
                     std::span<const Ask> asks) {
  const Fit answer = fit(card, mode, layout, standing, asks);
  if (answer.order.size() + answer.refused.size() != asks.size()) {
    return "an ask got lost";
  }
  // In which order does not matter to whether there is a way, but much to how soon none is seen.
  std::vector<Ask> large_first(asks.begin(), asks.end());
  std::ranges::stable_sort(
      large_first, std::ranges::greater{}, [](const Ask& one) { return one.type->bytes; });
  if (answer.refused.empty() != any_way(card, mode, layout, standing, large_first)) {
    return answer.refused.empty() ? "yes, and there is no way" : "no: " + answer.refused[0].why;
  }
  DriverRules driver(card, mode, {layout.begin(), layout.end()});
  for (const Standing& one : standing) {
    driver.stands(one);
  }
  for (const Seat& seat : answer.order) {
    const Ask& ask = *std::ranges::find(asks, seat.vf, &Ask::vf);
    if (std::string fault = seat_fault(driver, mode, seat, ask); !fault.empty()) {
      return fault;
    }
  }
  const bool silent = std::ranges::any_of(
      answer.refused, [](const Refused& one) { return one.why.empty() || one.help.empty(); });
  return silent ? "a refusal says nothing" : "";
}

std::vector<std::vector<std::size_t>> multisets(std::size_t kinds, std::size_t most) {
  std::vector<std::vector<std::size_t>> all{{}};
  for (std::size_t from = 0; from < all.size(); ++from) {
    if (all[from].size() == most) {
      continue;
    }
    for (std::size_t kind = all[from].empty() ? 0 : all[from].back(); kind < kinds; ++kind) {
      std::vector<std::size_t> next = all[from];
      next.push_back(kind);
      all.push_back(std::move(next));
    }
  }
  return all;
}

}  // namespace vfmgr::nvidia::test
