// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/result.hpp"

#include <functional>
#include <utility>

namespace vfmgr {

/// Whether a run goes on (RunOptions::asked_to_stop).
class Stop {
 public:
  Stop() = default;
  explicit Stop(std::function<unsigned()> asked) : asked_(std::move(asked)) {}

  /// Forward: once is enough.
  [[nodiscard]] bool goes_back() const { return asked_ && asked_() >= 1; }
  /// On the way back: only who asks again is heard.
  [[nodiscard]] bool stays() const { return asked_ && asked_() >= 2; }

 private:
  std::function<unsigned()> asked_;
};

/// What a run ends with that was asked to stop.
Error stopped();

}  // namespace vfmgr
