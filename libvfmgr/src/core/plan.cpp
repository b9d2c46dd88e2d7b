// SPDX-License-Identifier: Apache-2.0
#include "vfmgr/plan.hpp"

#include "vfmgr/history.hpp"
#include "vfmgr/report.hpp"

#include "core/plan_words.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace vfmgr {

namespace {
// Each in the order of its enum.
constexpr std::array<std::string_view, 8> kOutcomes{
    "unchanged", "applied", "rolled_back", "failed", "refused", "missing", "skipped", "in_flight"};
constexpr std::array<std::string_view, 4> kStepOutcomes{"not_begun", "done", "failed", "in_flight"};
constexpr std::array<std::string_view, 5> kConfirmations{
    "not_asked", "awaited", "kept", "taken_back", "not_taken_back"};
}  // namespace

bool Plan::changes() const {
  return std::ranges::any_of(units, [](const UnitPlan& unit) { return !unit.steps.empty(); });
}

std::string_view to_string(Action action) {
  return kActionWords.at(static_cast<std::size_t>(action));
}

std::string_view to_string(Disruption disruption) {
  return kDisruptionWords.at(static_cast<std::size_t>(disruption));
}

std::string_view to_string(Danger danger) {
  return kDangerWords.at(static_cast<std::size_t>(danger));
}

std::string_view to_string(Outcome outcome) {
  return kOutcomes.at(static_cast<std::size_t>(outcome));
}

std::string_view to_string(Confirmation confirmation) {
  return kConfirmations.at(static_cast<std::size_t>(confirmation));
}

std::string_view to_string(StepOutcome outcome) {
  return kStepOutcomes.at(static_cast<std::size_t>(outcome));
}

}  // namespace vfmgr
