// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace vfmgr::nvidia {

// What card_table.cpp makes cards from: rows as sources give them, without what follows from them.

/// Types whose ids follow one another; "1-5C 2-10C" are what their names end with.
struct IdRun {
  std::uint32_t first = 0;
  std::string_view types;
  bool inferred = false;
};

/// Subsystem 0: every board with this device id.
struct DeviceId {
  std::uint16_t device = 0;
  std::uint16_t subsystem = 0;
};

/// Which GPU instances a card can be cut into.
enum class Instances { none, seven, four, graphics, unknown_graphics };

struct CardRow {
  std::string_view name;
  std::uint32_t gib = 0;
  Instances instances = Instances::none;
  std::array<DeviceId, 2> devices;
  std::array<IdRun, 9> runs;
  bool mixes = true;
  bool ada = false;
};

std::span<const CardRow> ampere_rows();
std::span<const CardRow> ada_rows();
std::span<const CardRow> hopper_rows();
std::span<const CardRow> blackwell_rows();

}  // namespace vfmgr::nvidia
