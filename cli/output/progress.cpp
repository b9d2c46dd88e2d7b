// SPDX-License-Identifier: Apache-2.0
#include "output/progress.hpp"

#include "vfmgr/step_event.hpp"
#include "vfmgr/units.hpp"

#include "output/style.hpp"
#include "output/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>

namespace vgpuctl {

void Progress::hear(const vfmgr::StepEvent& event, vfmgr::Milliseconds now) {
  begun_ = true;
  if (!event.ended) {
    constexpr std::size_t kLongest = 40;
    under_way_.push_back({.unit = event.unit,
                          .number = event.number,
                          .of = event.of,
                          .going_back = event.going_back,
                          .waits = event.waits,
                          .what = brief(event.what, kLongest),
                          .gpu = event.gpu,
                          .vf = event.vf,
                          .since = now});
    return;
  }
  const auto ended = std::ranges::find_if(under_way_, [&](const Step& step) {
    return step.unit == event.unit && step.number == event.number &&
           step.going_back == event.going_back;
  });
  if (ended != under_way_.end()) {
    under_way_.erase(ended);
  }
}

std::string Progress::line(vfmgr::Milliseconds now, std::size_t width) const {
  const std::string time =
      fmt::format(", {} s", std::chrono::duration_cast<std::chrono::seconds>(now).count());
  // The last column stays free: a terminal would go on in the next line.
  const auto cut = [width](const std::string& text) {
    return width == 0 ? text : brief(text, std::max<std::size_t>(width, 2) - 1);
  };
  if (under_way_.empty()) {
    // Locks and users are waited for, and the host is looked at: before the steps, and after them.
    return cut((begun_ ? "looking at what is there now" : "nothing is written yet") + time);
  }
  const Step& step = under_way_.front();
  std::string text = step.gpu ? function_name(*step.gpu, step.vf) + ": " : "";
  text += step.going_back ? "taking back " : step.waits ? "waiting for " : "";
  text += step.what;
  text += fmt::format(", step {} of {}", step.number, step.of);
  if (under_way_.size() > 1) {
    text += fmt::format(", {} at a time", under_way_.size());
  }
  return cut(text + time);
}

}  // namespace vgpuctl
