// SPDX-License-Identifier: Apache-2.0
#include "progress_line.hpp"

#include "vfmgr/step_event.hpp"
#include "vfmgr/units.hpp"

#include "context.hpp"
#include "output/progress.hpp"
#include "streams.hpp"

#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

namespace vgpuctl {

namespace {

using Clock = std::chrono::steady_clock;

// A run that is over sooner would only flicker.
constexpr vfmgr::Milliseconds kNotBefore{500};
// Ten times a second is as often as anybody reads.
constexpr vfmgr::Milliseconds kPause{100};
// To the line's beginning, and erase what stands there (ECMA-48 EL).
constexpr std::string_view kErase = "\r\x1b[K";

bool is_wanted(const Context& context) {
  const char* const terminal = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe): one thread
  const bool can_erase = terminal != nullptr && std::string_view(terminal) != "dumb";
  return !context.globals().json && !context.globals().quiet && can_erase &&
         isatty(STDERR_FILENO) == 1;
}

}  // namespace

/// Threads of the run tell it of steps, and a thread of its own draws while a step takes long.
struct ProgressLine::Inside {
  Inside() {
    // Signals are for the thread that runs: one that came here would interrupt no wait of it.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    try {
      drawer = std::jthread([this](const std::stop_token& stop) { draw_on(stop); });
    } catch (const std::system_error& no_more) {  // threads: steps that begin draw it all the same
      static_cast<void>(no_more);
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  void hear(const vfmgr::StepEvent& event) {
    const std::scoped_lock lock(mutex);
    progress.hear(event, since_begin());
    if (!event.ended) {
      draw();
    }
  }

  void draw_on(const std::stop_token& stop) {
    std::unique_lock lock(mutex);
    while (!stop.stop_requested()) {
      tick.wait_for(lock, stop, kPause, [] { return false; });
      draw();
    }
  }

  /// Under the lock.
  void draw() {
    const vfmgr::Milliseconds now = since_begin();
    if (now < kNotBefore || (drawn && now - last < kPause)) {
      return;
    }
    const std::string line = progress.line(now, terminal.style("never").width);
    if (!line.empty()) {
      terminal.write(std::string(kErase) + line);
      drawn = true;
      last = now;
    }
  }

  [[nodiscard]] vfmgr::Milliseconds since_begin() const {
    return std::chrono::duration_cast<vfmgr::Milliseconds>(Clock::now() - begin);
  }

  Clock::time_point begin = Clock::now();
  Stream terminal{STDERR_FILENO};
  std::mutex mutex;  // guards what follows
  std::condition_variable_any tick;
  Progress progress;
  bool drawn = false;
  vfmgr::Milliseconds last{0};
  std::jthread drawer;  // the last member: it ends before what it uses does
};

ProgressLine::ProgressLine(const Context& context)
    : inside_(is_wanted(context) ? std::make_unique<Inside>() : nullptr) {}

ProgressLine::~ProgressLine() {
  if (inside_ == nullptr) {
    return;
  }
  inside_->drawer.request_stop();
  if (inside_->drawer.joinable()) {
    inside_->drawer.join();
  }
  if (inside_->drawn) {
    inside_->terminal.write(kErase);
  }
}

vfmgr::OnStep ProgressLine::listener() {
  if (inside_ == nullptr) {
    return {};
  }
  return [inside = inside_.get()](const vfmgr::StepEvent& event) { inside->hear(event); };
}

}  // namespace vgpuctl
