// SPDX-License-Identifier: Apache-2.0
#include "kernel/deadline.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <span>

namespace vfmgr {

namespace {

/// Milliseconds until then, rounded up, as poll(2) wants them.
int left_until(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<decltype(left)>(left, 0, INT_MAX));
}

}  // namespace

int poll_until(std::span<pollfd> descriptors, Clock::time_point deadline) {
  for (;;) {
    const int ready = ::poll(descriptors.data(), descriptors.size(), left_until(deadline));
    if (ready >= 0 || errno != EINTR) {
      return std::max(ready, 0);
    }
  }
}

}  // namespace vfmgr
