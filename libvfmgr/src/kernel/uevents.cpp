// SPDX-License-Identifier: Apache-2.0
#include "kernel/uevents.hpp"

#include "vfmgr/units.hpp"

#include "kernel/deadline.hpp"
#include "kernel/kernel.hpp"

#include <libudev.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <utility>

namespace vfmgr {

namespace {

// What a place that is waited for can hang on: functions and their drivers' links ("bind"), counts
// ("change" of the PF), drivers' folders, modules.
constexpr std::array kSubsystems{"pci", "drivers", "module"};

// The kernel's own events, also where udevd runs. What is waited for is in sysfs, and it is there
// when the kernel tells; udevd tells the same again once its rules are through (in a guest: an
// await ends 4 ms after the bind with these, 20 to 40 with those). libudev warns of them because of
// nodes that udevd has yet to make or to give away (udev_monitor_new_from_netlink), and nodes are
// not waited for here. It also needs no answer to whether udevd runs: libudev's own,
// /run/udev/control (systemd 252, device-monitor.c:device_monitor_new_full), stays behind where
// udevd was killed.
constexpr const char* kGroup = "kernel";

// Room for the events of some hundred VFs. libudev asks for 128 MiB (systemd 252,
// device-monitor.c:device_monitor_new_full), which somebody who stays and waits for nothing would
// let fill up. Events that find no room are an event, too (ENOBUFS), and lose nothing: the host is
// looked at. Below net.core.rmem_max as the kernel has it, so it is as much without CAP_NET_ADMIN.
constexpr int kRoom = 128 * 1024;

// After so many, look: more may come faster than they can be read.
constexpr int kMostAtOnce = 256;

}  // namespace

class Uevents::Monitor {
 public:
  /// Nothing: this process can't have one.
  static std::unique_ptr<Monitor> open() {
    auto opened = std::make_unique<Monitor>();
    return opened->begin() ? std::move(opened) : nullptr;
  }

  /// Waits for something to be told; true: it was. Takes all that lies there, so that a burst is
  /// one event.
  bool next(Clock::time_point deadline) {
    bool told = false;
    int useless = 0;
    for (int i = 0; i < kMostAtOnce; ++i) {
      pollfd asked{.fd = descriptor_, .events = POLLIN, .revents = 0};
      if (poll_until(std::span(&asked, 1), told ? Clock::time_point() : deadline) == 0) {
        return told;
      }
      const std::unique_ptr<udev_device, Unref> device(
          ::udev_monitor_receive_device(monitor_.get()));
      // EAGAIN: none that passes the filter. All else is something that was told and can't be read,
      // ENOBUFS above all.
      const int os_error = device == nullptr ? errno : 0;
      told = told || os_error != EAGAIN;
      useless += os_error == 0 || os_error == EAGAIN ? 0 : 1;
    }
    if (useless == kMostAtOnce) {
      descriptor_ = -1;  // poll ignores it: from now on a timer
    }
    return told;
  }

 private:
  struct Unref {
    void operator()(udev* context) const { ::udev_unref(context); }
    void operator()(udev_monitor* monitor) const { ::udev_monitor_unref(monitor); }
    void operator()(udev_device* device) const { ::udev_device_unref(device); }
  };

  bool begin() {
    context_.reset(::udev_new());
    if (context_ == nullptr) {
      return false;
    }
    monitor_.reset(::udev_monitor_new_from_netlink(context_.get(), kGroup));
    if (monitor_ == nullptr) {
      return false;
    }
    for (const char* const subsystem : kSubsystems) {
      if (::udev_monitor_filter_add_match_subsystem_devtype(monitor_.get(), subsystem, nullptr) <
          0) {
        return false;
      }
    }
    // Without it there is only more room than wanted.
    static_cast<void>(::udev_monitor_set_receive_buffer_size(monitor_.get(), kRoom));
    if (::udev_monitor_enable_receiving(monitor_.get()) < 0) {
      return false;
    }
    descriptor_ = ::udev_monitor_get_fd(monitor_.get());
    return true;
  }

  std::unique_ptr<udev, Unref> context_;
  std::unique_ptr<udev_monitor, Unref> monitor_;
  int descriptor_ = -1;
};

class Uevents::EventWatch final : public Watch {
 public:
  EventWatch(Uevents& events, std::uint64_t heard) : events_(&events), heard_(heard) {}

  bool wait(Milliseconds at_most) override { return events_->wait(heard_, Clock::now() + at_most); }

 private:
  Uevents* events_;
  std::uint64_t heard_;
};

Uevents::Uevents() = default;
Uevents::~Uevents() = default;

std::unique_ptr<Watch> Uevents::watch() {
  const std::lock_guard lock(mutex_);
  if (!opened_) {
    opened_ = true;
    monitor_ = Monitor::open();
  }
  return std::make_unique<EventWatch>(*this, told_);
}

bool Uevents::wait(std::uint64_t& heard, Clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  if (monitor_ == nullptr) {
    lock.unlock();
    poll_until({}, deadline);
    return false;
  }
  // What is read from the socket is read for all. So one at a time asks there, and the rest wait
  // for its word, or for its place when its own time is over: were all to ask, one could read what
  // another is just about to wait for.
  while (told_ == heard && Clock::now() < deadline) {
    if (somebody_asks_) {
      changed_.wait_until(lock, deadline);
      continue;
    }
    somebody_asks_ = true;
    lock.unlock();
    const bool told = monitor_->next(deadline);
    lock.lock();
    somebody_asks_ = false;
    told_ += told ? 1 : 0;
    changed_.notify_all();
  }
  const bool told = told_ != heard;
  heard = told_;
  return told;
}

}  // namespace vfmgr
