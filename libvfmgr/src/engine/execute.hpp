// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"
#include "vfmgr/report.hpp"
#include "vfmgr/state.hpp"
#include "vfmgr/step_event.hpp"

#include "engine/differences.hpp"
#include "engine/footprint.hpp"
#include "engine/gate.hpp"
#include "engine/guard.hpp"
#include "engine/journal.hpp"
#include "engine/stop.hpp"
#include "kernel/kernel.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace vfmgr {

/// What a unit's steps run with.
struct Bench {
  Kernel& kernel;
  TableSpan tables;
  Journal& journal;
  std::size_t unit = 0;  ///< its number in the journal
  const State& before;   ///< the recorded state
  Guard& guard;
  Gate& gate;
  Footprint& begun;       ///< grows with every write
  std::size_t lanes = 1;  ///< how many VFs may be bound at a time
  Stop stop;
  bool going_back = false;
  const OnStep* on_step = nullptr;  ///< whom to tell of each step; may be empty
  std::optional<State> reached;     ///< what was seen when the target was found reached

  /// Whether it is asked to stop where it is.
  [[nodiscard]] bool ends() const { return going_back ? stop.stays() : stop.goes_back(); }
};

/// How a step ended. A failed one may have done its work or a part of it.
struct Ran {
  StepOutcome outcome = StepOutcome::done;
  std::optional<Error> error;
  std::uint64_t duration_us = 0;
};

/// Runs one step: is the place as the plan saw it, may it be done, write it down, write, read back.
/// The only caller of Kernel::write.
Ran run_step(Bench& bench, const Step& step);

}  // namespace vfmgr
