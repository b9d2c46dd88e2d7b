// SPDX-License-Identifier: Apache-2.0
#include "backends/nvidia/card.hpp"
#include "backends/nvidia/card_rows.hpp"
#include "backends/nvidia/instances.hpp"
#include "backends/nvidia/type_name.hpp"
#include "backends/nvidia/types.hpp"
#include "core/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vfmgr::nvidia {

namespace {

std::vector<TypeName> names_of(const CardRow& row) {
  std::vector<TypeName> names;
  for (const IdRun& run : row.runs) {
    for (const std::string_view type : split(run.types, ' ')) {
      names.push_back(parse_type_name(fmt::format("{}-{}", row.name, type)).value_or(TypeName{}));
    }
  }
  return names;
}

Card made_from(const CardRow& row) {
  const bool graphics =
      row.instances == Instances::graphics || row.instances == Instances::unknown_graphics;
  Card card{.name = std::string(row.name),
            .gib = row.gib,
            .mixes = row.mixes,
            .profiles = profiles_of(row.instances, names_of(row)),
            .shares_instances = graphics,
            .vram = std::uint64_t{row.gib} << 30U,
            .ada = row.ada};
  for (const IdRun& run : row.runs) {
    std::uint32_t id = run.first;
    for (const std::string_view type : split(run.types, ' ')) {
      card.types.push_back(type_of(card, {id, fmt::format("{}-{}", row.name, type)}));
      card.types.back().inferred = run.inferred;
      ++id;
    }
  }
  return card;
}

struct Table {
  std::vector<Card> cards;
  std::vector<std::array<DeviceId, 2>> devices;
};

const Table& table() {
  static const Table made = [] {
    Table all;
    for (const auto rows : {ampere_rows(), ada_rows(), hopper_rows(), blackwell_rows()}) {
      for (const CardRow& row : rows) {
        all.cards.push_back(made_from(row));
        all.devices.push_back(row.devices);
      }
    }
    return all;
  }();
  return made;
}

}  // namespace

const Card* card_of(std::uint16_t device_id, std::uint16_t subsystem_id) {
  const auto is_it = [&](const DeviceId& one) {
    return one.device != 0 && one.device == device_id &&
           (one.subsystem == 0 || one.subsystem == subsystem_id);
  };
  for (std::size_t row = 0; row < table().devices.size(); ++row) {
    if (std::ranges::any_of(table().devices[row], is_it)) {
      return &table().cards[row];
    }
  }
  return nullptr;
}

std::span<const Card> known_cards() {
  return table().cards;
}

}  // namespace vfmgr::nvidia
