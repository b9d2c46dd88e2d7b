// SPDX-License-Identifier: Apache-2.0
#include "kernel/waiting.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/units.hpp"

#include "kernel/deadline.hpp"
#include "kernel/fd.hpp"
#include "kernel/files.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace vfmgr {

namespace {

// Not IN_OPEN, IN_ACCESS, IN_CLOSE: looking would wake the one who looks.
constexpr std::uint32_t kEvents = IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM |
                                  IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF;

void watch(int inotify, const Files& files, const Place& place) {
  const auto node = files.open_node(place, O_PATH);
  if (node) {
    // inotify wants a path; this one leads to what was opened, and no link can lead it elsewhere.
    const std::string path = "/proc/self/fd/" + std::to_string(node->get());
    ::inotify_add_watch(inotify, path.c_str(), kEvents);
  }
}

}  // namespace

void wait_near(const Files& files, const Place& place, Milliseconds at_most) {
  const auto deadline = Clock::now() + at_most;
  const Fd inotify(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (inotify) {
    watch(inotify.get(), files, place);
    const std::size_t slash = place.path.rfind('/');
    if (slash != std::string::npos) {
      watch(inotify.get(), files, {.in = place.in, .path = place.path.substr(0, slash)});
    }
  }
  // poll ignores a negative descriptor, so that without inotify this is a timer.
  pollfd asked{.fd = inotify.get(), .events = POLLIN, .revents = 0};
  poll_until(std::span(&asked, 1), deadline);
}

}  // namespace vfmgr
