// SPDX-License-Identifier: Apache-2.0
#include "kernel/library_turns.hpp"

#include "vfmgr/place.hpp"
#include "vfmgr/result.hpp"
#include "vfmgr/units.hpp"

#include "core/try.hpp"
#include "kernel/deadline.hpp"
#include "kernel/errors.hpp"
#include "kernel/fd.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace vfmgr {

struct LibraryTurns::Job {
  Progress progress = nullptr;
  std::optional<Result<std::string>> result;  // under the mutex
  bool given_up = false;                      // under the mutex
};

struct LibraryTurns::Shared {
  std::mutex mutex;
  std::condition_variable changed;
  std::shared_ptr<Job> running;

  void end_of_turn(const std::shared_ptr<Job>& job, std::optional<Result<std::string>> result) {
    const std::lock_guard lock(mutex);
    job->result = std::move(result);
    running = nullptr;
    changed.notify_all();
  }
};

namespace {

std::string where_of(const Progress& progress, const std::string& library) {
  const char* const function = progress.load();
  return ": process " + std::to_string(::getpid()) + " is in " +
         (function == nullptr ? library : function);
}

Error not_returned(const Place& place, LibraryTurns::As as, std::string why) {
  Error error = kernel_error(place, ETIMEDOUT);
  error.kind = as == LibraryTurns::As::write ? ErrorKind::in_flight : ErrorKind::unreadable;
  error.why = std::move(why);
  if (as == LibraryTurns::As::write) {
    error.help = "it may still act; nothing else should be written there until it has ended";
  }
  return error;
}

Error not_begun(const Place& place, LibraryTurns::As as, const std::string& library) {
  std::string why = "an earlier call of " + library + " has not returned";
  if (as == LibraryTurns::As::read) {
    return not_returned(place, as, std::move(why));
  }
  Error error = kernel_error(place, EBUSY);
  error.why = std::move(why) + ", so this one was not begun";
  return error;
}

}  // namespace

LibraryTurns::LibraryTurns(std::string library)
    : library_(std::move(library)), shared_(std::make_shared<Shared>()) {}

void LibraryTurns::keep(std::span<const int> descriptors) {
  const std::lock_guard lock(mutex_);
  kept_.assign(descriptors.begin(), descriptors.end());
}

/// They share the locks: whoever closes last lets go of them.
Result<std::vector<Fd>> LibraryTurns::copies_of_locks(const Place& place) const {
  const std::lock_guard lock(mutex_);
  std::vector<Fd> copies;
  for (const int descriptor : kept_) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
    copies.emplace_back(::fcntl(descriptor, F_DUPFD_CLOEXEC, 3));
    if (!copies.back()) {
      return fail(kernel_error(place, errno));
    }
  }
  return copies;
}

Result<std::string> LibraryTurns::run(const Place& place,
                                      As as,
                                      Milliseconds limit,
                                      Work work) const {
  std::vector<Fd> locks;
  if (as == As::write) {
    TRY(locks, copies_of_locks(place));
  }
  const auto job = std::make_shared<Job>();
  if (!take_turn(job, limit)) {
    return fail(not_begun(place, as, library_));
  }
  if (!start(job, std::move(work), std::move(locks))) {
    shared_->end_of_turn(job, std::nullopt);
    return fail(kernel_error(place, EAGAIN));
  }
  if (!ended(job, limit)) {
    return fail(not_returned(place,
                             as,
                             "has not returned within " + std::to_string(limit.count()) + " ms" +
                                 where_of(job->progress, library_)));
  }
  return std::move(*job->result);
}

bool LibraryTurns::take_turn(const std::shared_ptr<Job>& job, Milliseconds limit) const {
  const auto deadline = Clock::now() + limit;
  const auto is_free = [this] { return shared_->running == nullptr; };
  std::unique_lock lock(shared_->mutex);
  // Who waits for the call before ours gives it up in the end, so this ends, too.
  while (!shared_->changed.wait_until(lock, deadline, is_free)) {
    if (shared_->running->given_up) {
      return false;
    }
    shared_->changed.wait(lock);
  }
  shared_->running = job;
  return true;
}

bool LibraryTurns::start(const std::shared_ptr<Job>& job, Work work, std::vector<Fd> locks) const {
  // No handler of this program ever runs in the middle of a call.
  sigset_t all{};
  sigset_t before{};
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  bool started = true;
  try {
    std::thread([shared = shared_,
                 job,
                 work = std::move(work),
                 locks = std::move(locks)]() mutable {
      Result<std::string> result = work(job->progress);
      // What it kept open is closed before anybody hears of its end.
      work = nullptr;
      locks.clear();
      shared->end_of_turn(job, std::move(result));
    }).detach();
  } catch (const std::system_error&) {
    started = false;
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return started;
}

bool LibraryTurns::ended(const std::shared_ptr<Job>& job, Milliseconds limit) const {
  std::unique_lock lock(shared_->mutex);
  const bool has_ended = shared_->changed.wait_until(
      lock, Clock::now() + limit, [&job] { return job->result.has_value(); });
  if (!has_ended) {
    job->given_up = true;
    shared_->changed.notify_all();
  }
  return has_ended;
}

}  // namespace vfmgr
