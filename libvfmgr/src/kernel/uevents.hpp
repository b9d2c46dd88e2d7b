// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vfmgr/units.hpp"

#include "kernel/deadline.hpp"
#include "kernel/kernel.hpp"

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>

namespace vfmgr {

/// What the machine's devices, drivers and modules tell when they come, change and go. One socket
/// for all who wait, opened for the first of them and kept: a run opens it once, and one that never
/// waits never does. Where none is to be had (no netlink, another network namespace), a watch is a
/// timer. Thread-safe.
class Uevents {
 public:
  Uevents();
  Uevents(const Uevents&) = delete;
  Uevents& operator=(const Uevents&) = delete;
  Uevents(Uevents&&) = delete;
  Uevents& operator=(Uevents&&) = delete;
  ~Uevents();

  /// Listens from now on, whatever the place: an event names a device, and what it moves is not
  /// only there.
  [[nodiscard]] std::unique_ptr<Watch> watch();

 private:
  class Monitor;
  class EventWatch;

  bool wait(std::uint64_t& heard, Clock::time_point deadline);

  std::mutex mutex_;
  std::condition_variable changed_;
  bool opened_ = false;
  std::unique_ptr<Monitor> monitor_;  ///< nothing: timers
  bool somebody_asks_ = false;        ///< one of the waiting is at the socket, for all of them
  std::uint64_t told_ = 0;            ///< how often it told something
};

}  // namespace vfmgr
