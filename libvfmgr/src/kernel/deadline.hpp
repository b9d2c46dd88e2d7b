// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <poll.h>

#include <chrono>
#include <span>

namespace vfmgr {

/// CLOCK_MONOTONIC.
using Clock = std::chrono::steady_clock;

/// Waits until one of these descriptors has something to say. The number of those; 0: the time is
/// over. Signals do not cut it short.
int poll_until(std::span<pollfd> descriptors, Clock::time_point deadline);

}  // namespace vfmgr
