// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia/card.hpp"
#include "backends/nvidia/type_name.hpp"
#include "core/letters.hpp"
#include "core/numbers.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::nvidia {

namespace {

// NVIDIA/vgpu-device-manager writes the graphics types of GPU instances with this ending, the
// driver without it.
constexpr std::string_view kGraphicsEnding = "GFX";

// NVIDIA's tables have types of either brand (cards_ampere.cpp: "GRID A100D"), and people write the
// one for the other.
constexpr std::array<std::string_view, 2> kBrands{"NVIDIA ", "GRID "};

std::string_view without_brand(std::string_view wish) {
  for (const std::string_view brand : kBrands) {
    if (wish.starts_with(brand) && short_name(wish).size() + brand.size() == wish.size()) {
      return short_name(wish);
    }
  }
  return wish;
}

bool is_called(const VgpuType& type, std::string_view wish) {
  return type.name == wish || short_name(type.name) == without_brand(wish);
}

const VgpuType* find_named(const Card& card, std::string_view wish) {
  const auto exact =
      std::ranges::find_if(card.types, [&](const VgpuType& one) { return is_called(one, wish); });
  if (exact != card.types.end()) {
    return &*exact;
  }
  const std::string small = fold_case(wish);
  const VgpuType* found = nullptr;
  for (const VgpuType& type : card.types) {
    if (fold_case(type.name) != small && fold_case(short_name(type.name)) != small) {
      continue;
    }
    if (found != nullptr) {
      return nullptr;
    }
    found = &type;
  }
  return found;
}

}  // namespace

const VgpuType* find_type(const Card& card, std::string_view wish) {
  if (const auto id = decimal(wish)) {
    const auto found = std::ranges::find_if(
        card.types, [&](const VgpuType& one) { return std::uint64_t{one.id} == *id; });
    return found == card.types.end() ? nullptr : &*found;
  }
  const VgpuType* found = find_named(card, wish);
  if (found == nullptr && wish.ends_with(kGraphicsEnding)) {
    found = find_named(card, wish.substr(0, wish.size() - kGraphicsEnding.size()));
  }
  return found;
}

std::vector<std::string_view> type_names(const Card& card) {
  std::vector<std::string_view> names;
  names.reserve(card.types.size());
  for (const VgpuType& type : card.types) {
    names.push_back(short_name(type.name));
  }
  return names;
}

std::uint32_t room_in_instance(const Card& card, const VgpuType& type) {
  if (!card.shares_instances) {
    return 1;
  }
  // NVIDIA open-gpu-kernel-modules 595.45.04, nv-hypervisor.h: no instance holds more.
  constexpr std::uint32_t kMostInInstance = 12;
  return type.most_in_instance == 0 ? kMostInInstance : type.most_in_instance;
}

}  // namespace vfmgr::nvidia
