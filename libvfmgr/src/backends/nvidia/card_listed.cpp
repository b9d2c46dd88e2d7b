// SPDX-License-Identifier: Apache-2.0
// What a driver's own list adds to the tables, or is instead of them.
#include "backends/nvidia/card.hpp"
#include "backends/nvidia/instances.hpp"
#include "backends/nvidia/type_list.hpp"
#include "backends/nvidia/type_name.hpp"
#include "backends/nvidia/types.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vfmgr::nvidia {

namespace {

/// The names' beginning that the tables call the card's: "NVIDIA L40" of "NVIDIA L40-8Q".
std::string card_name(std::string_view whole, const TypeName& parsed) {
  const std::string_view last = short_name(whole);
  return std::string(whole.substr(0, whole.size() - last.size())) + parsed.card;
}

bool lists(std::span<const Listed> types, std::uint32_t id) {
  return std::ranges::find(types, id, &Listed::id) != types.end();
}

}  // namespace

Card with_listed(Card card, std::span<const Listed> types) {
  std::vector<std::uint32_t> confirmed;
  std::vector<VgpuType> unknown;
  for (const Listed& listed : types) {
    const auto same = std::ranges::find_if(card.types, [&](const VgpuType& one) {
      return short_name(one.name) == short_name(listed.name);
    });
    const auto place = static_cast<std::uint32_t>(same - card.types.begin());
    // Two ids under one name are two types.
    if (same == card.types.end() || std::ranges::find(confirmed, place) != confirmed.end()) {
      unknown.push_back(type_of(card, listed));
      continue;
    }
    same->id = listed.id;
    same->name = listed.name;
    same->inferred = false;
    confirmed.push_back(place);
  }
  // A type that the tables give an id that this driver gives to another: nobody knows its own.
  std::vector<VgpuType> kept;
  for (std::uint32_t place = 0; place < card.types.size(); ++place) {
    const bool is_listed = std::ranges::find(confirmed, place) != confirmed.end();
    if (is_listed || !lists(types, card.types[place].id)) {
      kept.push_back(std::move(card.types[place]));
    }
  }
  card.types = std::move(kept);
  std::ranges::move(unknown, std::back_inserter(card.types));
  return card;
}

Card card_of_list(std::span<const Listed> types) {
  Card card{.name = "this GPU"};
  std::map<std::uint32_t, TypeName> largest;  // of each number of slices
  bool named = false;
  for (const Listed& listed : types) {
    const auto name = parse_type_name(listed.name);
    if (!name) {
      continue;
    }
    if (!named) {
      card.name = card_name(listed.name, *name);
      named = true;
    }
    // Only what does graphics shares an instance: others have C types there and no more.
    card.shares_instances = card.shares_instances || (name->slices > 0 && name->series != 'C');
    // Whether it mixes sizes the driver knows, and says so when it is asked to.
    card.mixes = card.mixes || name->slices == 0;
    TypeName& most = largest[name->slices];
    if (name->bytes > most.bytes) {
      most = *name;
    }
  }
  std::vector<InstanceProfile> guessed;
  for (const auto& [slices, name] : largest) {
    if (card.shares_instances && slices > 0) {
      guessed.push_back({.name = instance_of(name, {}, true)});
    }
  }
  card.profiles = guessed;
  for (const Listed& listed : types) {
    card.types.push_back(type_of(card, listed));
  }
  card.profiles.clear();
  return card;
}

}  // namespace vfmgr::nvidia
