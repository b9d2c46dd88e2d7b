// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"
#include "vfmgr/state.hpp"

#include <map>
#include <set>
#include <string>

namespace vfmgr {

/// The values that a run may leave in a place.
struct May {
  std::set<std::string> values;  ///< spelled by spell_value
  bool any = false;
};

/// What a run moves, or has begun to move.
struct Footprint {
  std::map<Place, May> may;
  std::set<Place> below;  ///< prefixes that are wiped: anything may stand there

  [[nodiscard]] bool covers(const Place& place) const;
  /// Whether the run may have left this value there.
  [[nodiscard]] bool explains(const Place& place, const Value& value) const;
  void add(const Change& change);
  void add(const Footprint& other);
};

/// "=text", "-" for absent, "!5" for unreadable with errno 5.
std::string spell_value(const Value& value);

/// The steps' footprint together.
Footprint footprint_of(const std::vector<Step>& steps);

}  // namespace vfmgr
