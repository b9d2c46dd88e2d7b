// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/plan.hpp"
#include "vfmgr/step_event.hpp"

#include "engine/execute.hpp"

#include <cstddef>

namespace vfmgr {

/// Tells who asked (RunOptions::on_step) that a step begins, and at its own end that it has ended.
class Telling {
 public:
  /// `number`: which of `of` steps, from 1.
  Telling(const Bench& bench, const Step& step, std::size_t number, std::size_t of);
  ~Telling();
  Telling(const Telling&) = delete;
  Telling& operator=(const Telling&) = delete;
  Telling(Telling&&) = delete;
  Telling& operator=(Telling&&) = delete;

 private:
  const OnStep* on_step_;  // nullptr: nobody asked
  StepEvent event_;
};

}  // namespace vfmgr
