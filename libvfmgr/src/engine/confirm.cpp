// SPDX-License-Identifier: Apache-2.0
#include "engine/confirm.hpp"

#include "vfmgr/history.hpp"
#include "vfmgr/manager.hpp"
#include "vfmgr/result.hpp"

#include "core/try.hpp"
#include "engine/files.hpp"
#include "engine/history.hpp"
#include "engine/locks.hpp"
#include "engine/stop.hpp"
#include "kernel/fd.hpp"
#include "kernel/kernel.hpp"

#include <poll.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vfmgr {

namespace {

bool waits(const PastRun& run) {
  return run.confirmation == Confirmation::awaited ||
         run.confirmation == Confirmation::not_taken_back;
}

/// What to wait for: a change among the remembered runs, a time, the end of a process.
class Events {
 public:
  /// Errors: io.
  static Result<Events> open(const StateDir& state, int ended) {
    Events events(ended);
    if (!events.changes_ || !events.timer_) {
      return fail(system_error(errno, history_folder(state), "watch it"));
    }
    if (::inotify_add_watch(
            events.changes_.get(), history_folder(state).c_str(), IN_CREATE | IN_MOVED_TO) < 0) {
      return fail(system_error(errno, history_folder(state), "watch it"));
    }
    return events;
  }

  void wake_at(std::uint64_t boottime_ms) const {
    const itimerspec then{
        .it_interval = {},
        .it_value = {.tv_sec = static_cast<time_t>(boottime_ms / 1000),
                     .tv_nsec = static_cast<long>(boottime_ms % 1000) * 1'000'000}};
    ::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &then, nullptr);
  }

  /// Until one of them is there; true: the process has ended.
  bool wait() {
    std::array<pollfd, 3> asked{pollfd{.fd = changes_.get(), .events = POLLIN, .revents = 0},
                                pollfd{.fd = timer_.get(), .events = POLLIN, .revents = 0},
                                pollfd{.fd = ended_, .events = POLLIN, .revents = 0}};
    while (::poll(asked.data(), asked.size(), -1) < 0 && errno == EINTR) {
    }
    alignas(inotify_event) std::array<char, 4096> told{};
    while (::read(changes_.get(), told.data(), told.size()) > 0) {
    }
    if (asked[2].revents != 0) {
      ended_ = -1;  // poll ignores it from now on
      return true;
    }
    return false;
  }

 private:
  explicit Events(int ended)
      : changes_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)),
        timer_(::timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC)),
        ended_(ended) {}

  Fd changes_, timer_;
  int ended_;
};

/// The run that this process has made; none: it has not made one yet. Others' files don't matter,
/// damaged ones neither.
Result<std::optional<Remembered>> run_of(const Kernel& kernel,
                                         std::uint64_t process,
                                         std::uint64_t after) {
  TRY(const std::vector<std::uint64_t> ids, kept_runs(kernel.state()));
  for (const std::uint64_t id : ids) {
    if (id <= after) {
      continue;
    }
    auto run = past_run(kernel.state(), id);
    if (run && *run && (*run)->process == process && (*run)->boot_id == kernel.boot_id()) {
      return std::move(*run);
    }
  }
  return std::optional<Remembered>();
}

Error too_late(const PastRun& run) {
  return {.kind = ErrorKind::stale,
          .subject = "run " + std::to_string(run.id),
          .why = "it was taken back already: it was to be confirmed by " + run.confirm_by,
          .help = "`vgpuctl history` shows what was done; apply it again"};
}

}  // namespace

Result<std::vector<PastRun>> confirm_runs(Kernel& kernel, const RunOptions& options) {
  TRY(const std::vector<Remembered> runs, past_runs(kernel));
  std::vector<PastRun> kept;
  const PastRun* late = nullptr;  // the last that was to be confirmed, where it was taken back
  for (const Remembered& run : runs) {
    if (run.run.confirmation != Confirmation::not_asked) {
      late = run.run.confirmation == Confirmation::taken_back ? &run.run : nullptr;
    }
    if (!waits(run.run)) {
      continue;
    }
    TRY(const Locks locks,
        Locks::take(kernel.state(),
                    lock_names(run.units),
                    options.lock_timeout,
                    Stop(options.asked_to_stop)));
    TRY(std::optional<Remembered> now, past_run(kernel.state(), run.run.id));
    if (!now || !waits(now->run)) {
      return fail(too_late(run.run));
    }
    TRY_VOID(mark(kernel.state(), run.run.id, Mark::kept));
    now->run.confirmation = Confirmation::kept;
    kept.push_back(std::move(now->run));
  }
  if (kept.empty() && late != nullptr) {
    return fail(too_late(*late));
  }
  return kept;
}

Result<std::optional<Remembered>> wait_until_due(const Kernel& kernel,
                                                 std::uint64_t process,
                                                 std::uint64_t after,
                                                 int ended) {
  TRY_VOID(make_folder(history_folder(kernel.state()), Readers::root));
  TRY(Events events, Events::open(kernel.state(), ended));
  bool process_ended = false;
  for (;;) {
    TRY(std::optional<Remembered> run, run_of(kernel, process, after));
    if (run ? run->run.confirmation != Confirmation::awaited : process_ended) {
      return std::optional<Remembered>();
    }
    if (run && boottime_ms() >= run->due_ms) {
      return run;
    }
    if (run) {
      events.wake_at(run->due_ms);
    }
    process_ended = events.wait() || process_ended;
  }
}

}  // namespace vfmgr
