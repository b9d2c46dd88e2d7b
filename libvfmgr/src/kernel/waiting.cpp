// SPDX-License-Identifier: Apache-2.0
#include "kernel/waiting.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "kernel/deadline.hpp"
#include "kernel/fd.hpp"
#include "kernel/files.hpp"
#include "kernel/kernel.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>

namespace vfmgr {

namespace {

// Not IN_OPEN, IN_ACCESS, IN_CLOSE: looking would wake the one who looks.
constexpr std::uint32_t kEvents = IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM |
                                  IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF;

class NearWatch final : public Watch {
 public:
  NearWatch(const Files& files, Place place)
      : files_(&files),
        place_(std::move(place)),
        inotify_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    listen();
  }

  bool wait(Milliseconds at_most) override {
    const auto deadline = Clock::now() + at_most;
    // A folder that was not there before may be now, with what is waited for in it.
    if (!listens_ && listen()) {
      return true;
    }
    // poll ignores a negative descriptor, so that without inotify this is a timer.
    pollfd asked{.fd = inotify_.get(), .events = POLLIN, .revents = 0};
    if (poll_until(std::span(&asked, 1), deadline) == 0) {
      return false;
    }
    std::array<char, 4096> told{};
    while (::read(inotify_.get(), told.data(), told.size()) > 0) {
    }
    return true;
  }

 private:
  /// True: the place's folder tells from now on.
  bool listen() {
    if (!inotify_) {
      return false;
    }
    add(place_);
    const std::size_t slash = place_.path.rfind('/');
    listens_ =
        slash == std::string::npos || add({.in = place_.in, .path = place_.path.substr(0, slash)});
    return listens_;
  }

  bool add(const Place& place) {
    const auto node = files_->open_node(place, O_PATH);
    if (!node) {
      return false;
    }
    // inotify wants a path; this one leads to what was opened, and no link can lead it elsewhere.
    const std::string path = "/proc/self/fd/" + std::to_string(node->get());
    return ::inotify_add_watch(inotify_.get(), path.c_str(), kEvents) >= 0;
  }

  const Files* files_;
  Place place_;
  Fd inotify_;
  bool listens_ = false;
};

}  // namespace

std::unique_ptr<Watch> watch_near(const Files& files, const Place& place) {
  return std::make_unique<NearWatch>(files, place);
}

}  // namespace vfmgr
