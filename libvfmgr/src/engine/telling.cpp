// SPDX-License-Identifier: Apache-2.0
#include "engine/telling.hpp"

#include "vfmgr/plan.hpp"

#include "engine/execute.hpp"

#include <cstddef>
#include <variant>

namespace vfmgr {

Telling::Telling(const Bench& bench, const Step& step, std::size_t number, std::size_t of)
    : on_step_(bench.on_step != nullptr && *bench.on_step ? bench.on_step : nullptr) {
  if (on_step_ == nullptr) {
    return;
  }
  event_.unit = bench.unit;
  event_.number = number;
  event_.of = of;
  event_.going_back = bench.going_back;
  event_.waits = std::holds_alternative<Await>(step);
  std::visit(
      [this](const auto& one) {
        event_.what = one.what;
        event_.gpu = one.gpu;
        event_.vf = one.vf;
      },
      step);
  (*on_step_)(event_);
}

Telling::~Telling() {
  if (on_step_ != nullptr) {
    event_.ended = true;
    (*on_step_)(event_);
  }
}

}  // namespace vfmgr
