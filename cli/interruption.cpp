// SPDX-License-Identifier: Apache-2.0
#include "interruption.hpp"

#include <array>
#include <atomic>
#include <csignal>
#include <functional>

namespace vgpuctl {

namespace {

std::atomic<unsigned> interruptions = 0;
static_assert(std::atomic<unsigned>::is_always_lock_free);  // signal-safety(7)

void count(int /*signal*/) {
  interruptions.fetch_add(1);
}

}  // namespace

std::function<unsigned()> counted_interruptions() {
  for (const int signal : std::array{SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before{};
    ::sigaction(signal, nullptr, &before);
    if (before.sa_handler == SIG_IGN) {
      continue;
    }
    struct sigaction ours{};
    ours.sa_handler = count;
    ours.sa_flags = SA_RESTART;
    ::sigaction(signal, &ours, nullptr);
  }
  return [] { return interruptions.load(); };
}

}  // namespace vgpuctl
