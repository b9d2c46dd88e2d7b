// SPDX-License-Identifier: Apache-2.0
#include "engine/danger.hpp"

#include "vfmgr/manager.hpp"
#include "vfmgr/place.hpp"
#include "vfmgr/plan.hpp"
#include "vfmgr/result.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace vfmgr {

namespace {

struct Known {
  Danger danger;
  bool RunOptions::* allowed;
  std::string_view why, help;
};
constexpr std::array kKnown{
    Known{.danger = Danger::driver_reload,
          .allowed = &RunOptions::allow_driver_reload,
          .why =
              "the driver's module must be taken away and loaded again, and none of its GPUs works "
              "meanwhile",
          .help = "give --allow-driver-reload where that may be"},
    Known{.danger = Danger::reset,
          .allowed = &RunOptions::allow_reset,
          .why = "GPUs would be reset, all of a hive together",
          .help = "give --allow-reset where that may be"},
    Known{.danger = Danger::register_writes,
          .allowed = &RunOptions::allow_register_writes,
          .why = "registers of the GPU would be written in its driver's stead",
          .help = "give --allow-register-writes where that may be"}};

const Change* first_with(const UnitPlan& plan, Danger danger) {
  for (const Step& step : plan.steps) {
    const auto* const change = std::get_if<Change>(&step);
    if (change != nullptr && change->danger == danger) {
      return change;
    }
  }
  return nullptr;
}

}  // namespace

void allow_all_dangers(RunOptions& options) {
  for (const Known& known : kKnown) {
    options.*known.allowed = true;
  }
}

void refuse_dangers(const RunOptions& options, UnitPlan& plan) {
  for (const Known& known : kKnown) {
    const Change* const change = options.*known.allowed ? nullptr : first_with(plan, known.danger);
    if (change != nullptr) {
      plan.blocked.push_back({.error = {.kind = ErrorKind::not_permitted,
                                        .subject = to_string(change->to),
                                        .why = std::string(known.why),
                                        .help = std::string(known.help)},
                              .gpu = change->gpu.value_or(plan.unit.gpus.front().address),
                              .vf = std::nullopt,
                              .holders = {}});
    }
  }
}

}  // namespace vfmgr
