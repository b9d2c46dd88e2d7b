// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"

#include "core/json_reader.hpp"

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace vfmgr {

// The exact form of values in JSON, both ways; json_state.hpp has it as text. Names of keys and
// words are the same for the writer and the reader.

/// Bytes: a JSON string where they are UTF-8, else {"hex": "00ff"}.
nlohmann::ordered_json exact_text(std::string_view bytes);
nlohmann::ordered_json exact_state(const State& state);
nlohmann::ordered_json exact_unit(const UnitPlan& plan);

/// Errors: invalid (with the way to what is wrong).
Result<UnitPlan> read_exact_unit(const JsonAt& from);

// In the order of their enums.
inline constexpr std::array<std::string_view, 3> kOriginWords{"set", "own", "unknown"};
inline constexpr std::array<std::string_view, 3> kMatchWords{"exact", "at_least", "any"};

}  // namespace vfmgr
