// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

#pragma GCC visibility push(default)
namespace vfmgr {

/// A step of a run that begins, or has ended.
struct StepEvent {
  bool ended = false;      ///< else it begins
  std::size_t unit = 0;    ///< whose step it is: the unit's number in its run, from 0
  std::size_t number = 0;  ///< which of the unit's steps, from 1
  std::size_t of = 0;      ///< how many there are on this road; the way back is another one
  bool going_back = false;
  bool waits = false;     ///< nothing is written: something is waited for
  std::string_view what;  ///< as Change::what; valid during the call only
  std::optional<PciAddress> gpu;
  std::optional<VfIndex> vf;  ///< none: it is about the GPU
};

/// Called from the threads of a run, by several at once: units run side by side, and VFs of one are
/// bound several at a time. The step waits until it returns, so it returns soon; it must not throw,
/// nor call the Manager. Each step that begins ends, and nothing is called once the run has
/// returned.
using OnStep = std::function<void(const StepEvent&)>;

}  // namespace vfmgr
#pragma GCC visibility pop
