// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/step_event.hpp"
#include "vfmgr/units.hpp"

#include <cstddef>
#include <list>
#include <optional>
#include <string>

namespace vgpuctl {

/// Which steps of a run are under way. Not for several threads at once.
class Progress {
 public:
  /// A step began or ended; `now` is a time since the run's beginning.
  void hear(const vfmgr::StepEvent& event, vfmgr::Milliseconds now);
  /// One line of less than `width` columns (0: as wide as it takes), without a newline: the step
  /// that has run longest, how many run, and the time; where none does, what that means.
  [[nodiscard]] std::string line(vfmgr::Milliseconds now, std::size_t width) const;

 private:
  struct Step {
    std::size_t unit = 0, number = 0, of = 0;
    bool going_back = false, waits = false;
    std::string what;  ///< no control characters
    std::optional<vfmgr::PciAddress> gpu;
    std::optional<vfmgr::VfIndex> vf;
    vfmgr::Milliseconds since{0};
  };
  bool begun_ = false;
  std::list<Step> under_way_;  // in the order in which they began
};

}  // namespace vgpuctl
